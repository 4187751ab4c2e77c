"""The alias: by what name users find the table, so that a cutover is a real act that they notice."""

import os
from pathlib import Path

from .errors import UnverifiableError


class Alias:
    """A file whose content is the name of the table in service."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def point_to(self, table: str) -> None:
        """Put a table in service: every reader sees the old name or the new one, never half of one."""
        temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        with temporary.open("w", encoding="utf-8") as file:
            file.write(table)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)

    def table(self) -> str:
        """The table in service now; the file is read each time.

        Raises:
            UnverifiableError: nothing was put in service yet, or the file is gone.
        """
        try:
            return self.path.read_text(encoding="utf-8")
        except OSError as error:
            raise UnverifiableError(
                f"the alias {self.path} cannot be read: {error.strerror}",
                "Put a table in service before anybody uses it.",
            ) from error
