"""Files sent by the bot and by people."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import Json, bad_request


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file under the id the Bot API gives it."""

    file_id: str
    name: str
    mime: str
    content: bytes
    path: str

    @property
    def folder(self) -> str:
        """What kind of file it is, as in its path."""
        return self.path.partition("/")[0]

    def as_json(self) -> Json:
        """What every object with a file has."""
        return {
            "file_id": self.file_id,
            "file_unique_id": f"u{self.file_id}",
            "file_size": len(self.content),
        }

    def pixels(self) -> tuple[int, int]:
        """Width and height: read from a PNG or GIF, plausible for anything else."""
        if self.content.startswith(b"\x89PNG\r\n\x1a\n") and len(self.content) >= 24:
            width, height = self.content[16:20], self.content[20:24]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        if self.content.startswith((b"GIF87a", b"GIF89a")) and len(self.content) >= 10:
            width, height = self.content[6:8], self.content[8:10]
            return int.from_bytes(width, "little"), int.from_bytes(height, "little")
        return 800, 600


class Files:
    """All files, by id and by download path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, folder: str, name: str, mime: str, content: bytes) -> StoredFile:
        """Keep a file."""
        number = len(self._by_id) + 1
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        path = f"{folder}/file_{number}.{suffix}"
        stored = StoredFile(f"file-{number}", name, mime, content, path)
        self._by_id[stored.file_id] = self._by_path[path] = stored
        return stored

    def get(self, file_id: str) -> StoredFile:
        """The file of this id; refused where there is none."""
        if stored := self._by_id.get(file_id):
            return stored
        raise bad_request("wrong file identifier/HTTP URL specified")

    def at(self, path: str) -> StoredFile | None:
        """The file to download at this path."""
        return self._by_path.get(path)
