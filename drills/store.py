"""The run store: one folder per drill, with everything that is needed to judge it again."""

import contextlib
import os
import platform
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Literal

import orjson
from pydantic import ValidationError

from .costs.spent import Spent
from .errors import UnverifiableError, UsageError
from .runrecord import RUN_SCHEMA, RunRecord
from .target import call_log

LATEST = "latest"
SPENT = "spent.json"
RUN_HINT = "Runs are in runs/SCENARIO/TIME-SEED, and runs/SCENARIO/latest is the newest."
AGAIN_HINT = "Run the drill again, or judge the run with the dynadrill that made it."


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run, and where in it everything is."""

    path: Path

    @property
    def run_json(self) -> Path:
        """What the drill set out to do and how it ended: `runrecord.RunRecord`."""
        return self.path / "run.json"

    @property
    def recovery(self) -> Path:
        """The folder of what the recovery itself keeps; made when it is needed."""
        return self.path / "recovery"

    @property
    def history(self) -> Path:
        """The folder of the history's part files."""
        return self.path / "history"

    def snapshot(self, name: Literal["gate", "restored", "in_service", "left"]) -> Path:
        """What the table held before the strike, after the restore, and at the end (in service, and as it was left)."""
        return self.path / f"snapshot-{name}.parquet"

    def invariant(self, name: str) -> Path:
        """A person's own invariant, as it was when the run began."""
        return self.path / "invariants" / name

    def index_snapshot(self, index: str) -> Path:
        """What an index of the table in service held at the end."""
        return self.path / f"snapshot-index-{index}.parquet"

    @property
    def spent(self) -> Path:
        """What was used of the run's budget, where it has one: `KeptSpent`."""
        return self.path / SPENT

    @property
    def verdict_json(self) -> Path:
        """What judging came to: `judgement.Judgement`."""
        return self.path / "verdict.json"

    @property
    def report(self) -> Path:
        """The console report as plain text."""
        return self.path / "report.txt"

    @property
    def junit(self) -> Path:
        """The verdicts for a CI server."""
        return self.path / "junit.xml"

    @property
    def calls(self) -> Path:
        """The log of control-plane calls."""
        return call_log(self.path)

    @property
    def alias(self) -> Path:
        """The file that names the table that users work with."""
        return self.path / "alias"

    @property
    def log(self) -> Path:
        """What went on, for whoever has to find out."""
        return self.path / "log.txt"


def create(out: Path, scenario: str, seed: int | str, at: float) -> RunFolder:
    """Make the folder of a new run: `OUT/SCENARIO/20261121T150000Z-7`, with a suffix if that one exists.

    `seed` may be another word that tells runs apart.

    Raises:
        UsageError: a folder cannot be made there.
    """
    started = datetime.fromtimestamp(int(at), UTC).strftime("%Y%m%dT%H%M%SZ")
    parent = out / scenario
    for suffix in ("", *(f"-{number}" for number in range(2, 1000))):
        path = parent / f"{started}-{seed}{suffix}"
        try:
            parent.mkdir(parents=True, exist_ok=True)
            path.mkdir()
        except FileExistsError:
            if path.is_dir():
                continue
            raise UsageError(f"{parent} is not a folder", "Name another one with --out.") from None
        except OSError as error:
            raise UsageError(f"cannot make {path}: {error.strerror}", "Name another one with --out.") from error
        return RunFolder(path)
    raise UsageError(f"{parent} has a thousand runs of this second", "Name another folder with --out.")


def run_id(path: Path, prefix: str | None = None) -> str:
    """Eight characters that no other run has: from this machine, this process and the run's own folder.

    Before them stands what the configuration adds to all names.
    """
    unique = f"{platform.node()}/{os.getpid()}/{path.resolve()}"
    return (f"{prefix}-" if prefix else "") + blake2b(unique.encode(), digest_size=4).hexdigest()


def discard(folder: RunFolder) -> None:
    """Remove the folder of a run that ended before it wrote its record; one with a record stays as it is."""
    if folder.run_json.exists() or not folder.path.exists():
        return
    for leftover in sorted(folder.path.rglob("*"), reverse=True):
        leftover.rmdir() if leftover.is_dir() and not leftover.is_symlink() else leftover.unlink()
    folder.path.rmdir()
    with contextlib.suppress(OSError):  # other runs are in it
        folder.path.parent.rmdir()


def open_run(path: Path) -> RunFolder:
    """The run folder at a path, which may be a `latest` link.

    Raises:
        UsageError: there is none.
    """
    if not path.exists():
        raise UsageError(f"there is no run folder {path}", RUN_HINT)
    if not (path / "run.json").is_file():
        newest = path / LATEST
        hint = f"Did you mean {newest}? {RUN_HINT}" if newest.exists() else RUN_HINT
        raise UsageError(f"{path} is not a run folder: there is no run.json in it", hint)
    return RunFolder(path)


def write_record(folder: RunFolder, record: RunRecord) -> None:
    """Write `run.json`; a run's first one also makes it the scenario's latest run."""
    first = not folder.run_json.exists()
    write_atomically(folder.run_json, record.model_dump_json(indent=1) + "\n")
    if first:
        point_latest_to(folder.path)


def read_record(folder: RunFolder) -> RunRecord:
    """Read `run.json`.

    Raises:
        UsageError: the folder is not a run folder.
        UnverifiableError: the record is of another version, half written, or not a record.
    """
    path = open_run(folder.path).run_json
    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise UnverifiableError(f"{path} is not whole: expected JSON, found {error}", AGAIN_HINT) from error
    schema = found.get("schema") if isinstance(found, dict) else None
    if schema != RUN_SCHEMA:
        said = f"found schema {schema!r}, expected {RUN_SCHEMA!r}"
        raise UnverifiableError(f"{path} is of another version: {said}", AGAIN_HINT)
    try:
        return RunRecord.model_validate(found)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()[:3]
        )
        raise UnverifiableError(f"{path} is not a run record: {wrong}", AGAIN_HINT) from error


class KeptSpent(Spent):
    """How much was used of a budget, as whoever goes on with the run has to know it.

    `tokens` tell the calls that were paid for and do nothing again when they are asked again.
    """

    tokens: tuple[str, ...] = ()


def read_spent(path: Path) -> KeptSpent | None:
    """What a run has used of its budget, as far as it is on disk; None where it had none.

    Raises:
        UnverifiableError: it cannot be read.
    """
    try:
        return KeptSpent.model_validate(orjson.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, orjson.JSONDecodeError, ValidationError) as error:
        said = str(error).splitlines()[0]
        raise UnverifiableError(f"how much was spent before is not known: {path}: {said}", AGAIN_HINT) from error


def spent_of(folder: RunFolder) -> Spent | None:
    """What a run has used of its budget, as reports tell it; as `read_spent`."""
    kept = read_spent(folder.spent)
    return None if kept is None else Spent(used_usd=kept.used_usd, agreed_usd=kept.agreed_usd)


def write_spent(path: Path, spent: KeptSpent) -> None:
    """Keep what a run has used of its budget."""
    write_atomically(path, spent.model_dump_json() + "\n")


def write_atomically(path: Path, content: str | bytes, mode: int = 0o644) -> None:
    """Write a whole file or nothing: a temporary one beside it, on disk, then renamed."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def put_in_place(temporary: Path, path: Path) -> None:
    """Give a file that was written beside it its name, once it is on disk: there is never half of it."""
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)


def point_latest_to(path: Path) -> None:
    """Make a run the newest of its kind.

    A convenience: a file system without links, or something else of that name, does not stop a drill.
    """
    temporary = path.parent / f".{LATEST}-{path.name}"
    with contextlib.suppress(OSError):
        temporary.symlink_to(path.name, target_is_directory=True)
        temporary.replace(path.parent / LATEST)
    temporary.unlink(missing_ok=True)
