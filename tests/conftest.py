"""What all tests share: a private PostgreSQL, fresh databases of both kinds, and a small campaign.

`pytest --thorough` looks at more, dies more often and searches longer: for hours, not minutes.
"""

from __future__ import annotations

import itertools
import math
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from domain.examples import small_campaign
from sqlalchemy.engine import URL
from tools import postgresql_programs

from bot.content.load import load, resolve
from bot.domain.campaign import Campaign
from bot.service.records import Records
from bot.store.cipher import KEY_BYTES, Cipher
from bot.store.database import Database, database_url
from bot.store.migrate import migrate

MEMORY, MUCH = Path("/dev/shm"), 4 << 30
"""Where files live in memory, and the bytes that must be free for the databases of the tests to."""

QUICK, THOROUGH = "quick", "thorough"
hypothesis.settings.register_profile(
    QUICK, deadline=None, max_examples=100, derandomize=True, database=None
)
hypothesis.settings.register_profile(THOROUGH, deadline=None, max_examples=3000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="test more of everything: takes hours")


def pytest_configure(config: pytest.Config) -> None:
    if "TMPDIR" not in os.environ and _free(MEMORY) > MUCH:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # It was looked up before, perhaps.
    thorough = config.getoption("--thorough", default=False)
    hypothesis.settings.load_profile(THOROUGH if thorough else QUICK)


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free if os.access(folder, os.W_OK) else 0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones come first at each worker, so that none of them runs alone at the end.

    pytest-xdist gives every worker an equal part of the list to begin with.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if item.get_closest_marker("soak")]
    short = [item for item in items if not item.get_closest_marker("soak")]
    size = math.ceil(len(items) / workers)
    items.clear()
    for worker in range(workers):
        mine = long[worker::workers]
        rest = size - len(mine)
        items += mine + short[:rest]
        short = short[rest:]


@pytest.fixture(scope="session")
def thorough(pytestconfig: pytest.Config) -> bool:
    """Whether to test everything, rather than a part that is enough for every day."""
    return bool(pytestconfig.getoption("--thorough"))


ROOT = Path(__file__).parents[1]
KINDS = ("sqlite", "postgresql")
TEMPLATE = "template_rugwijzer"


class PostgreSQL:
    """A cluster of its own in a temporary folder, reached through a socket in that folder."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self.folder = folder
        self._names = (f"test_{number}" for number in itertools.count())
        # PostgreSQL refuses to run as root.
        self._user = _unprivileged() if os.geteuid() == 0 else None
        self._guard: subprocess.Popen[bytes] | None = None
        if self._user is not None:
            shutil.chown(folder, self._user)

    def start(self) -> None:
        self._run(
            "initdb",
            "--username=rugwijzer",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            "--pgdata=data",
        )
        # The end of its input is the end of this process, however that came about.
        pg_ctl = f"{self._programs}/pg_ctl stop --pgdata=data --mode=immediate"
        stop = f"read line; {pg_ctl}; cd /; rm -rf {self.folder}"
        self._guard = subprocess.Popen(
            ["sh", "-c", stop],
            cwd=self.folder,
            user=self._user,
            extra_groups=[] if self._user else None,
            start_new_session=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        options = (
            f"-k {self.folder} -c listen_addresses= -c max_connections=200 "
            "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        )
        self._run("pg_ctl", "start", "--wait", "--pgdata=data", "--log=log", f"--options={options}")

    def stop(self) -> None:
        if self._guard is not None:
            self._guard.communicate()

    def url(self, name: str) -> URL:
        query = {"host": str(self.folder)}
        return URL.create("postgresql+psycopg", username="rugwijzer", database=name, query=query)

    def create(self, template: str = "template0", name: str | None = None) -> URL:
        """A new database."""
        name = name or next(self._names)
        self._do(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, url: URL) -> None:
        self._do(f"DROP DATABASE {url.database} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        where = {"host": str(self.folder), "user": "rugwijzer", "dbname": "postgres"}
        with psycopg.connect(autocommit=True, **where) as connection:  # type: ignore[arg-type]
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            cwd=self.folder,
            user=self._user,
            extra_groups=[] if self._user else None,
            stdin=subprocess.DEVNULL,
            # Not a pipe: the server keeps it open for as long as it runs.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if done.returncode:
            pytest.fail(f"PostgreSQL's {program} failed with {done.returncode}", pytrace=False)


def _unprivileged() -> str:
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A running cluster with a migrated template."""
    programs = postgresql_programs()
    if programs is None:
        pytest.fail("PostgreSQL is missing: run `make test`, or install it", pytrace=False)
    # The sockets' path is limited to some 100 bytes, and another user must get in.
    folder = Path(tempfile.mkdtemp(prefix="rugwijzer-"))
    cluster = PostgreSQL(programs, folder)
    try:
        cluster.start()
        migrate(cluster.create(name=TEMPLATE))
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def patience() -> Iterator[None]:
    """Time for transactions: on a busy machine a process may stand still for longer than a bot's
    may."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.store.database.STILL_SECONDS", 120)
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrate(database_url(f"sqlite:///{path}"))
    return path


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """The URL of a database in which nothing is yet."""
    if request.param == "sqlite":
        yield database_url(f"sqlite:///{tmp_path / 'data' / 'rugwijzer.db'}")
        return
    cluster: PostgreSQL = request.getfixturevalue("postgresql")
    url = cluster.create()
    yield url
    cluster.drop(url)


@pytest.fixture(params=KINDS)
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """The URL of a database with the newest schema and no rows."""
    if request.param == "sqlite":
        path = tmp_path / "rugwijzer.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield database_url(f"sqlite:///{path}")
        return
    cluster: PostgreSQL = request.getfixturevalue("postgresql")
    url = cluster.create(TEMPLATE)
    yield url
    cluster.drop(url)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> URL:
    """The URL of a SQLite database with the newest schema, for what PostgreSQL can't change."""
    shutil.copy(sqlite_template, tmp_path / "only.db")
    return database_url(f"sqlite:///{tmp_path / 'only.db'}")


@pytest.fixture
async def database(migrated_url: URL) -> AsyncIterator[Database]:
    """A fresh database of either kind."""
    db = Database(migrated_url)
    yield db
    await db.close()


@pytest.fixture(scope="session")
def cipher() -> Cipher:
    return Cipher(bytes(range(KEY_BYTES)))


@pytest.fixture
def campaign() -> Campaign:
    """Four weekly tips, a check-in after each but the third."""
    return small_campaign()


@pytest.fixture(scope="session")
def shipped_campaign() -> Campaign:
    """The campaign that comes with the program."""
    return load(resolve(ROOT, "rugpijn")).campaign


@pytest.fixture
def records(database: Database, cipher: Cipher, campaign: Campaign) -> Records:
    return Records(database, cipher, campaign)
