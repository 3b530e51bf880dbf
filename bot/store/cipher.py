"""What is kept of a chat id, and of an update on its way: only ciphertext under `DATA_KEY`."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

KEY_BYTES = 64


class KeyProblem(Exception):
    """The data key is missing, malformed or another one than the data was written with."""


class Cipher:
    """Deterministic AES-SIV: a chat id always gives the same bytes, so it can be looked up."""

    def __init__(self, key: bytes) -> None:
        self._siv = AESSIV(key)

    @classmethod
    def from_text(cls, text: str) -> Cipher:
        """The cipher of a key in base64 (64 bytes); raises KeyProblem where it is none."""
        try:
            key = base64.b64decode(text.strip(), validate=True)
        except ValueError as error:
            raise KeyProblem("the data key is not base64") from error
        if len(key) != KEY_BYTES:
            raise KeyProblem(f"the data key must hold {KEY_BYTES} bytes, this one holds {len(key)}")
        return cls(key)

    def hide_chat(self, chat_id: int) -> bytes:
        """The stored form of a chat id."""
        return self._siv.encrypt(chat_id.to_bytes(8, "big", signed=True), [b"chat"])

    def chat(self, ref: bytes) -> int:
        """The chat id behind its stored form; raises KeyProblem under another key."""
        return int.from_bytes(self._open(ref, b"chat"), "big", signed=True)

    def hide(self, payload: bytes) -> bytes:
        """The stored form of an update's bytes."""
        return self._siv.encrypt(payload, [b"update"])

    def reveal(self, stored: bytes) -> bytes:
        """An update's bytes; raises KeyProblem under another key."""
        return self._open(stored, b"update")

    def _open(self, data: bytes, purpose: bytes) -> bytes:
        try:
            return self._siv.decrypt(bytes(data), [purpose])
        except InvalidTag as error:
            raise KeyProblem("the database was written with another data key") from error


def new_key() -> str:
    """A fresh key in base64."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def key_from_file(path: Path, *, create: bool) -> str:
    """The key in a file; with `create`, a fresh one is written there first (mode 0600) if absent.

    Raises KeyProblem where it can't be read or written.
    """
    try:
        if create and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(new_key() + "\n")
                file.flush()
                os.fsync(file.fileno())
        return path.read_text().strip()
    except OSError as error:
        raise KeyProblem(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise KeyProblem(f"{path}: the data key is not base64") from error
