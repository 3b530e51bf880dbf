"""Where the data key comes from, and that another one is noticed at once."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from bot.keys import check_key, cipher_for, own_key_file
from bot.settings import SettingProblem, Settings
from bot.store.cipher import Cipher, KeyProblem, new_key
from bot.store.database import Database


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("DATA_KEY", "DATA_KEY_FILE", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)  # type: ignore[call-arg, arg-type]


def same(first: Cipher, second: Cipher) -> bool:
    return first.hide_chat(5) == second.hide_chat(5)


def test_the_setting_goes_before_the_file(tmp_path: Path) -> None:
    key, file = new_key(), tmp_path / "file.key"
    file.write_text(new_key())
    cipher = cipher_for(settings(data_key=key, data_key_file=file), create=False)
    assert same(cipher, Cipher.from_text(key))


def test_a_key_may_be_wrapped_as_openssl_does(tmp_path: Path) -> None:
    key, file = new_key(), tmp_path / "file.key"
    file.write_text("\n".join(textwrap.wrap(key, 64)) + "\n")
    cipher = cipher_for(settings(data_key_file=file), create=False)
    assert same(cipher, Cipher.from_text(key))


def test_sqlite_gets_a_key_of_its_own_once(tmp_path: Path) -> None:
    first = cipher_for(settings(), create=True)
    path = own_key_file()
    assert path == tmp_path / "config" / "rugwijzer" / "data.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert same(first, cipher_for(settings(), create=True))


def test_a_relative_configuration_folder_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "config")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert own_key_file() == tmp_path / ".config" / "rugwijzer" / "data.key"


def test_no_key_is_made_where_none_should_be() -> None:
    with pytest.raises(KeyProblem, match="No such file"):
        cipher_for(settings(), create=False)
    assert not own_key_file().exists()


def test_postgresql_needs_a_key_that_is_set(tmp_path: Path) -> None:
    url = "postgresql://host/rugwijzer"
    with pytest.raises(SettingProblem, match="openssl rand -base64 64"):
        cipher_for(settings(database_url=url), create=True)
    absent = tmp_path / "absent.key"
    with pytest.raises(KeyProblem, match="No such file"):
        cipher_for(settings(database_url=url, data_key_file=absent), create=True)


@pytest.mark.parametrize("text", ["short", "é" * 88, "c2hvcnQ="])
def test_what_is_no_key_is_named(text: str) -> None:
    with pytest.raises(KeyProblem, match="DATA_KEY: the data key"):
        cipher_for(settings(data_key=text), create=False)


def test_a_file_of_raw_bytes_is_no_key(tmp_path: Path) -> None:
    file = tmp_path / "raw.key"
    file.write_bytes(bytes(range(192, 256)))
    with pytest.raises(KeyProblem, match="not base64"):
        cipher_for(settings(data_key_file=file), create=False)


async def test_a_database_knows_its_key(database: Database) -> None:
    mine, other = Cipher.from_text(new_key()), Cipher.from_text(new_key())
    await check_key(database, mine)
    await check_key(database, mine)
    with pytest.raises(KeyProblem, match="another data key"):
        await check_key(database, other)
