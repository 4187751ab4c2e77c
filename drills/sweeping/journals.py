"""The journals of runs on this machine: which of them live, and what the dead ones may have left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import UsageError
from ..store import open_run, read_record
from ..targets.journal import JOURNAL, Told, lives, read_journal

EMBEDDED = "embedded"


@dataclass(frozen=True)
class Journalled:
    """A run with a journal."""

    path: Path
    told: Told
    lives: bool

    @property
    def target(self) -> str:
        """The target as it was asked for: what `--target` says."""
        return self.told.header.target.partition(" at ")[0]


def journals(runs: Sequence[Path], out: Path) -> list[Journalled]:
    """The journals of some runs, or of all below a folder.

    Args:
        runs: run folders; empty for all.
        out: where run folders are.

    Raises:
        UsageError: one of the folders is none of a run.
        UnverifiableError: a journal is damaged.
    """
    paths: Iterable[Path] = [_journal_of(run) for run in runs] if runs else sorted(out.glob(f"*/*/{JOURNAL}"))
    return [found for path in _once(paths) if path.exists() and (found := _read(path))]


def _read(path: Path) -> Journalled | None:
    told = read_journal(path)
    return None if told is None else Journalled(path, told, lives(path))


def _journal_of(run: Path) -> Path:
    path = run / JOURNAL
    if path.exists():
        return path
    if read_record(open_run(run)).target_kind == EMBEDDED:
        return path  # its machine is gone, and everything with it
    raise UsageError(
        f"{run} has no {JOURNAL}",
        "It is of an earlier version of dynadrill, or never began: name its target with --target.",
    )


def _once(paths: Iterable[Path]) -> list[Path]:
    """Each file once: `latest` is a link to one of the others."""
    return list(dict.fromkeys(path.resolve() for path in paths))
