"""Which drills there were, told from run folders alone: when each began, what it was, and how it ended."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from .verdict import ExitCode, Outcome

BEGAN = "%Y%m%dT%H%M%SZ"
"""How the name of a run folder begins: the wall clock's time at which it was made (`store.create`)."""
VERDICT = "verdict.json"
EARLY_S = 60.0
"""So far clocks may be apart."""


class Drilled(NamedTuple):
    """A drill: the name its runs are filed under, when it began (wall clock, epoch seconds), and how it ended.

    `verdict` is None where the run has none: killed, still under way, or not readable; `because` says which.
    """

    name: str
    folder: Path
    at: float
    verdict: Outcome | None
    exit_code: int | None
    because: str
    where: str = ""

    @property
    def passed(self) -> bool:
        """Whether it recovered, was verified, met its objectives, and left nothing behind."""
        return self.verdict is Outcome.PASS and self.exit_code == ExitCode.PASS


def runs_below(out: Path, name: str | None = None) -> list[Drilled]:
    """Every run of `OUT/NAME/TIME-…`, the newest first; a folder whose name tells no time is no run."""
    parents = [out / name] if name else sorted(path for path in _folders(out))
    found = [run for parent in parents for folder in _folders(parent) if (run := _read(folder)) is not None]
    return sorted(found, key=lambda run: (-run.at, str(run.folder)))


def begun_by(now_at: float, runs: Sequence[Drilled]) -> list[Drilled]:
    """The runs that are not from the future: behind one that is stands a wrong clock, and it proves nothing."""
    return [run for run in runs if run.at <= now_at + EARLY_S]


def last_passed(runs: Sequence[Drilled]) -> Drilled | None:
    """The newest that passed."""
    return next((run for run in runs if run.passed), None)


def _folders(path: Path) -> Iterator[Path]:
    """The folders in one; links such as `latest` name what is there anyway."""
    if path.is_dir():
        yield from (each for each in sorted(path.iterdir()) if each.is_dir() and not each.is_symlink())


def _read(folder: Path) -> Drilled | None:
    try:
        at = datetime.strptime(folder.name.partition("-")[0], BEGAN).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
    told, why = _verdict(folder / VERDICT)
    if told is None:
        return Drilled(folder.parent.name, folder, at, None, None, why)
    try:
        outcome = Outcome(told["verdict"])
        return Drilled(
            folder.parent.name,
            folder,
            at,
            outcome,
            int(told["exit_code"]),
            str(told.get("because", "")),
            f"{told.get('target', '')}, {told.get('pace', '')} pace" if "pace" in told else str(told.get("target", "")),
        )
    except (KeyError, TypeError, ValueError):
        return Drilled(folder.parent.name, folder, at, None, None, f"{VERDICT} has no verdict that is known here")


def _verdict(path: Path) -> tuple[dict[str, Any] | None, str]:
    try:
        found = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return None, f"it has no {VERDICT}: it was killed, or is still under way"
    except (OSError, orjson.JSONDecodeError):
        return None, f"{VERDICT} cannot be read"
    return (found, "") if isinstance(found, dict) else (None, f"{VERDICT} is no verdict")
