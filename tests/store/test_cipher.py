"""What is kept of a chat id: nothing that anyone can read without the key."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from bot.store import answers, consents, inbox
from bot.store.cipher import KEY_BYTES, Cipher, KeyProblem, key_from_file, new_key
from bot.store.database import Database, sqlite_path
from bot.store.inbox import Received
from bot.store.tables import metadata

from .people import CIPHER, NOW, WORDING, delivery, enrolled

chats = st.integers(-(2**63), 2**63 - 1)
OTHER = Cipher(bytes(KEY_BYTES))


@given(chats)
def test_a_chat_id_always_hides_as_the_same_bytes_and_comes_back(chat_id: int) -> None:
    hidden = CIPHER.hide_chat(chat_id)
    assert hidden == CIPHER.hide_chat(chat_id)
    assert CIPHER.chat(hidden) == chat_id
    assert chat_id.to_bytes(8, "big", signed=True) not in hidden


@given(chats, chats)
def test_two_chats_never_hide_as_the_same_bytes(one: int, two: int) -> None:
    assert (CIPHER.hide_chat(one) == CIPHER.hide_chat(two)) is (one == two)


@given(st.binary(max_size=200))
def test_an_update_comes_back_and_cannot_be_taken_for_a_chat(payload: bytes) -> None:
    hidden = CIPHER.hide(payload)
    assert CIPHER.reveal(hidden) == payload
    with pytest.raises(KeyProblem):
        CIPHER.chat(hidden)


@pytest.mark.parametrize(
    "data", [CIPHER.hide_chat(1), CIPHER.hide(b"text"), b"", b"short", bytes(24)]
)
def test_another_key_or_damaged_bytes_are_a_key_problem(data: bytes) -> None:
    with pytest.raises(KeyProblem, match="another data key"):
        OTHER.chat(data)
    with pytest.raises(KeyProblem, match="another data key"):
        OTHER.reveal(data)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "this one holds 0"),
        ("not base64!", "not base64"),
        ("sleutel é", "not base64"),
        (base64.b64encode(bytes(32)).decode(), "this one holds 32"),
    ],
)
def test_a_malformed_key_is_explained(text: str, why: str) -> None:
    with pytest.raises(KeyProblem, match=why):
        Cipher.from_text(text)


def test_a_key_in_text_is_the_key_itself() -> None:
    text = base64.b64encode(bytes(range(KEY_BYTES))).decode()
    assert Cipher.from_text(f" {text}\n").hide_chat(7) == CIPHER.hide_chat(7)
    assert new_key() != new_key()
    Cipher.from_text(new_key())


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "data.key"
    made = key_from_file(path, create=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert key_from_file(path, create=True) == made == key_from_file(path, create=False)
    Cipher.from_text(made)


def test_a_key_file_that_is_missing_or_unreadable_is_explained(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match="No such file"):
        key_from_file(tmp_path / "none", create=False)
    (tmp_path / "file").write_bytes(b"\xff\xfe\x00binary")
    with pytest.raises(KeyProblem, match="not base64"):
        key_from_file(tmp_path / "file", create=False)
    with pytest.raises(KeyProblem, match="file/below"):
        key_from_file(tmp_path / "file" / "below", create=True)


CHAT = 7_345_678_901_234
SENTENCE = "mijn rug doet zeer"


def traces() -> list[bytes]:
    """The ways in which a chat id or a sentence could stand in a file."""
    number = [CHAT.to_bytes(size, order) for size in (6, 8) for order in ("big", "little")]
    texts = [str(CHAT), f"{CHAT:x}", SENTENCE]
    return [*number, *(text.encode() for text in texts), SENTENCE.encode("utf-16-le")]


async def test_the_database_names_nobody(database: Database, migrated_url: URL) -> None:
    async with database.write() as tx:
        person = await enrolled(tx, CHAT)
        await consents.record(tx, person.subscriber.id, WORDING, "given", NOW)
        first = await delivery(tx, person)
        await answers.put(tx, [(first, "pain", "7", NOW)])
        await answers.keep_vote(tx, "poll", CIPHER.hide_chat(CHAT), 3, NOW)
        update = f'{{"message": {{"chat": {{"id": {CHAT}}}, "text": "{SENTENCE}"}}}}'.encode()
        row = Received(1, CIPHER.hide_chat(CHAT), CIPHER.hide(update))
        await inbox.put(tx, [row], NOW, 1)
    async with database.read() as tx:
        cells = [
            value if isinstance(value, bytes) else str(value).encode()
            for table in metadata.sorted_tables
            for row in await tx.execute(sa.select(table))
            for value in row
        ]
    path = sqlite_path(migrated_url)
    if path is not None:
        await database.close()
        files = [*path.parent.glob(path.name + "*")]
        cells = [file.read_bytes() for file in files]
        assert any(CIPHER.hide_chat(CHAT) in content for content in cells)
    for trace in traces():
        assert not any(trace in content for content in cells), trace
