"""The folder of one check, and where in it everything is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from ..errors import UnverifiableError
from ..store import AGAIN_HINT, RunFolder, point_latest_to, write_atomically
from .record import CheckRecord

CHECK_JSON = "check.json"


@dataclass(frozen=True)
class CheckFolder(RunFolder):
    """A run folder whose record is `check.json`."""

    @property
    def run_json(self) -> Path:
        """What the check set out to do and what it saw: `record.CheckRecord`."""
        return self.path / CHECK_JSON

    @property
    def restored(self) -> Path:
        """The folder of the snapshot of the restored table."""
        return self.path / "restored"

    @property
    def independent(self) -> Path:
        """The folder of the snapshot that it is held against."""
        return self.path / "independent"

    @property
    def asked(self) -> Path:
        """The command line, for whoever goes on with the check."""
        return self.path / "asked.json"

    def index(self, number: int) -> Path:
        """The folder of the snapshot of an index."""
        return self.path / f"index-{number}"

    @property
    def canary(self) -> Path:
        """What was written down of the canaries by the end of the check."""
        return self.path / "canary"

    @property
    def smoke(self) -> Path:
        """What the person's own command said."""
        return self.path / "smoke.txt"


class Recording:
    """The check's record, on disk after every change, from its beginning on."""

    def __init__(self, folder: CheckFolder, first: CheckRecord) -> None:
        self.folder = folder
        self.now = first

    def begin(self) -> None:
        """Write the first record: until then a check leaves nothing."""
        self._write()
        point_latest_to(self.folder.path)

    def change(self, **fields: Any) -> None:
        """Set some fields, and write the record."""
        self.now = CheckRecord.model_validate({**self.now.model_dump(), **fields})
        self._write()

    def mark(self, name: str, at: float) -> None:
        """Write down that the check reached one of its instants."""
        self.change(marks={**self.now.marks, name: at})

    def jump(self, from_at: float, to_at: float) -> None:
        """Remember that the target's clock was moved; written with what is written next."""
        self.now = self.now.model_copy(update={"jumps": (*self.now.jumps, (from_at, to_at))})

    def _write(self) -> None:
        write_atomically(self.folder.run_json, self.now.model_dump_json(indent=1) + "\n")


class Jumps:
    """Hears of the moves of a target's clock, and hands them to the record, once there is one."""

    def __init__(self) -> None:
        self.recording: Recording | None = None

    def __call__(self, from_at: float, to_at: float, why: str) -> None:  # noqa: ARG002 -- the contract has it
        """Be a `clocks.OnJump`; why it was moved the phases say."""
        if self.recording is not None:
            self.recording.jump(from_at, to_at)


def is_check(path: Path) -> bool:
    """Whether a folder is that of a check."""
    return (path / CHECK_JSON).is_file()


def read_check(folder: CheckFolder) -> CheckRecord:
    """Read `check.json`.

    Raises:
        UnverifiableError: it is half written, of another version, or no record of a check.
    """
    path = folder.run_json
    try:
        return CheckRecord.model_validate(orjson.loads(path.read_bytes()))
    except (OSError, orjson.JSONDecodeError, ValidationError) as error:
        said = str(error).splitlines()[0]
        raise UnverifiableError(f"{path} is not a whole record of a check: {said}", AGAIN_HINT) from error
