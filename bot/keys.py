"""Where the data key comes from, and whether it is the one that this database was written with."""

from __future__ import annotations

import os
from pathlib import Path

import structlog

from bot.settings import SettingProblem, Settings
from bot.store import meta
from bot.store.cipher import Cipher, KeyProblem, key_from_file
from bot.store.database import Database, database_url

FINGERPRINT = "key-check"
"""The fact in the database that tells one key from another; it doesn't give the key away."""

log = structlog.get_logger()


def cipher_for(settings: Settings, *, create: bool) -> Cipher:
    """The cipher of DATA_KEY, else of DATA_KEY_FILE, else of the key file of this account.

    For SQLite a key file that is absent is made, where `create` allows it. PostgreSQL may be shared
    with other machines, so there the key has to be set. Raises SettingProblem where it is not,
    KeyProblem where it can't be read or is no key.
    """
    if settings.data_key is not None:
        return _cipher(settings.data_key.get_secret_value(), "DATA_KEY")
    is_sqlite = database_url(settings.database_url).get_backend_name() == "sqlite"
    if settings.data_key_file is None and not is_sqlite:
        raise SettingProblem(
            "DATA_KEY is missing, and PostgreSQL needs one; make it once with "
            "openssl rand -base64 64 | tr -d '\\n' and keep it apart from the database"
        )
    path = settings.data_key_file or own_key_file()
    create = create and is_sqlite and not path.exists()
    try:
        text = key_from_file(path, create=create)
    except UnicodeDecodeError as error:
        raise KeyProblem(f"{path}: the data key is not base64") from error
    if create:
        log.warning("data key made; back it up, nobody can be reached without it", path=str(path))
    return _cipher(text, str(path))


def own_key_file() -> Path:
    """The key file of this account: in its configuration, so never beside the data it protects."""
    folder = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    if not folder.is_absolute():
        try:
            folder = Path.home() / ".config"
        except RuntimeError as error:
            raise KeyProblem(
                "this account has no home folder for a data key; set DATA_KEY_FILE"
            ) from error
    return folder / "rugwijzer" / "data.key"


def _cipher(text: str, where: str) -> Cipher:
    """The cipher of a key that may be wrapped over lines, as openssl writes it."""
    try:
        return Cipher.from_text("".join(text.split()))
    except KeyProblem as error:
        raise KeyProblem(f"{where}: {error}") from error
    except ValueError as error:
        raise KeyProblem(f"{where}: the data key is not base64") from error


async def check_key(db: Database, cipher: Cipher) -> None:
    """Remember which key this database is written with; raises KeyProblem for another one."""
    # The cipher is deterministic and reveals nothing about its key, so a constant will do.
    fingerprint = cipher.hide(FINGERPRINT.encode()).hex()
    async with db.write() as tx:
        known = await meta.get(tx, FINGERPRINT)
        if known is None:
            await meta.put(tx, FINGERPRINT, fingerprint)
        elif known != fingerprint:
            raise KeyProblem(
                "this database was written with another data key; set DATA_KEY or DATA_KEY_FILE "
                "to that one (nothing was changed)"
            )
