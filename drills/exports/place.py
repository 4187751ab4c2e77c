"""Where an export lies: a folder of files, here or in S3, seen alike."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from ..errors import UnverifiableError


class ExportPlace(Protocol):
    """A folder of files."""

    @property
    def name(self) -> str:
        """The folder as people write it: a path, or `s3://bucket/prefix`."""
        ...

    def folder(self, name: str) -> "ExportPlace":
        """A folder in this one, whether or not it is there."""
        ...

    def parent(self) -> "ExportPlace":
        """The folder that this one is in."""
        ...

    def folders(self) -> Sequence[str]:
        """The names of the folders in this one, in order; none where it is not there."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is a file of this name."""
        ...

    def open(self, name: str) -> BinaryIO:
        """A file, to be read from its beginning, more than once if need be.

        Raises:
            FileNotFoundError: there is none.
            UnverifiableError: it is there, and cannot be read.
        """
        ...


class FolderPlace:
    """A folder on this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def name(self) -> str:
        """Its path."""
        return str(self._path)

    def folder(self, name: str) -> "FolderPlace":
        """A folder in this one."""
        return FolderPlace(self._path / name)

    def parent(self) -> "FolderPlace":
        """The folder that this one is in."""
        return FolderPlace(self._path.resolve().parent)

    def folders(self) -> Sequence[str]:
        """The names of the folders in this one."""
        if not self._path.is_dir():
            return []
        return sorted(entry.name for entry in self._path.iterdir() if entry.is_dir())

    def has(self, name: str) -> bool:
        """Whether there is a file of this name."""
        return (self._path / name).is_file()

    def open(self, name: str) -> BinaryIO:
        """A file."""
        path = self._path / name
        try:
            return path.open("rb")
        except FileNotFoundError:
            raise
        except OSError as error:
            raise UnverifiableError(
                f"{path} cannot be read: {error.strerror}", "Give it the right to be read."
            ) from error
