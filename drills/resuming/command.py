"""What `dynadrill resume` does: a check that was broken off goes on, a drill ends as unknown, both are cleaned up.

A drill cannot go on: its users died with it, and nobody would know what they would have seen meanwhile.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

import orjson

from ..checking.acting import resume_check
from ..checking.asked import Asked, make_check
from ..checking.folder import CheckFolder, is_check, read_check
from ..checking.record import CheckRecord
from ..config.model import Config
from ..errors import RefusedError, UnverifiableError, UsageError
from ..notes import Notes
from ..output import Output
from ..planning.agreed import agreed_check
from ..rejudging import judge_again
from ..runrecord import Ending
from ..store import open_run, read_record, write_record
from ..stored import history_parts
from ..sweeping.command import Wanted, run_sweep
from ..targets.journal import JOURNAL, lives, read_journal
from ..targets.terms import Known
from ..terminal import say
from ..watch import Watch

DIED = "its process died, and users who died with it cannot honestly go on: what they did meanwhile nobody knows"


@dataclass(frozen=True)
class Around:
    """What the command is handed: the configuration, a watch, the environment, the wall clock, where words go."""

    config: Config
    watch: Watch
    environment: dict[str, str]
    now: Callable[[], float]
    words: TextIO
    yes_spend_usd: float | None = None
    """What somebody agrees to now, for all of the run; None for what was agreed to when it began."""


def resume(path: Path, output: Output, around: Around) -> int:
    """Go on with a run, or end it; answers its exit code.

    Raises:
        UsageError: there is no run in the folder.
        RefusedError: its process still lives.
        UnverifiableError: what it set out to do is not known any more.
    """
    output.check()
    journal = path / JOURNAL
    if journal.exists() and lives(journal):
        raise RefusedError(f"the process of {path} still lives", "Wait for it, or end it with CTRL+C first.")
    if is_check(path):
        return _resume_check(path.resolve(), output, around)
    return _end_drill(path, output, around)


def _end_drill(path: Path, output: Output, around: Around) -> int:
    folder = open_run(path)
    record = read_record(folder)
    if record.ending is None:
        ending = Ending(how="interrupted", because=DIED)
        write_record(folder, record.model_copy(update={"ending": ending, "history_parts": history_parts(folder)}))
        say(f"a drill does not go on: {DIED}\n", around.words)
    _sweep(folder.path, around)
    return judge_again(folder.path, output)


def _resume_check(path: Path, output: Output, around: Around) -> int:
    folder = CheckFolder(path)
    record = read_check(folder)
    if record.ending is not None:
        say(f"it had come to its end ({record.ending.how}): there is nothing to go on with\n", around.words)
        _sweep(path, around)  # whether it came to the end of its clean-up, too, is seen there
        return judge_again(path, output)
    asked = _asked(folder)
    if around.yes_spend_usd is not None:
        asked = replace(asked, yes_spend=around.yes_spend_usd)
    check = replace(make_check(asked, around.environment, around.config), to=_point(record))
    _forget_what_was_half_read(folder)
    told = read_journal(path / JOURNAL) if (path / JOURNAL).exists() else None
    places = told.places if told else frozenset()
    known = Known(told.names if told else frozenset(), by_prefix=True, places=places, troubles=())
    notes = Notes(around.watch.note)
    agreed = agreed_check(around.config, notes)
    resume_check(check, folder, record, known, around.watch, around.config, agreed)
    around.watch.close()
    notes.say(quiet=output.quiet)
    return judge_again(path, output)


def _asked(folder: CheckFolder) -> Asked:
    """What was asked for, as it was typed."""
    try:
        found = orjson.loads(folder.asked.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise UnverifiableError(
            f"what {folder.path} was asked to do is not known: {error}", "Sweep it, and check the table again."
        ) from error
    canary = found.pop("canary")
    return Asked(**found, canary=None if canary is None else Path(canary))


def _point(record: CheckRecord) -> float | None:
    """The instant that was chosen already; the same is gone back to."""
    if record.point is not None:
        return record.point.at
    return None if record.asked.to == "latest" else record.asked.reference_at


def _forget_what_was_half_read(folder: CheckFolder) -> None:
    """What was read goes again from its beginning: of a snapshot that was cut short nobody knows how far it came."""
    for read in (folder.restored, folder.independent, folder.canary, *folder.path.glob("index-*")):
        shutil.rmtree(read, ignore_errors=True)


def _sweep(path: Path, around: Around) -> None:
    """Remove what the run left."""
    if not (path / JOURNAL).exists():
        return
    wanted = Wanted(
        runs=(path,), target=None, regions=(), older_than=None, yes=True, out=path.parent.parent, json_to=None,
        quiet=False, show_values=False,
    )  # fmt: skip
    try:
        run_sweep(wanted, around.config, around.now, around.words, around.words)
    except UsageError as error:
        say(f"what it left could not be looked for: {error}\n", around.words)
