"""What `dynadrill find-point` does."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ..clock import Clock
from ..errors import UsageError
from ..exports.place import ExportPlace
from ..judgement import PointFigures
from ..output import Output
from ..promise import Boundary, Method
from ..quantities import format_instant, parse_instant
from ..report import to_text
from ..restore_points.curve import Candidate, RestorePoints, restore_points
from ..targets.boundaries import AROUND_A_BACKUP, AROUND_A_SECOND
from ..targets.finding import open_past
from ..targets.live_past import LivePast, Window
from ..terminal import screen_of
from ..verdict import ExitCode
from ..watch import Watch
from .by_run import of_run
from .found import Asked, Found, WindowFound
from .logs import read_log
from .showing import page
from .sources import Seen, by_exports, by_stream, check, with_the_log
from .telling import Telling, condition

ROWS = 13
ON_AWS = dict.fromkeys(Method, AROUND_A_BACKUP) | {
    Method.POINT_IN_TIME: AROUND_A_SECOND,
    Method.STREAM: AROUND_A_SECOND,
}
"""The boundary of each method on AWS: what a live table's point is held to, wherever it is."""


@dataclass(frozen=True)
class Wanted:
    """The options as they were given."""

    name: str
    log: Path | None
    bad: str | None
    bad_deletes: bool
    exports: list[str]
    at: str | None
    method: str | None
    region: str | None
    endpoint: str | None


def find_point(
    wanted: Wanted, output: Output, clock: Clock, watch: Watch, open_export: Callable[[str], ExportPlace]
) -> int:
    """Find the second to go back to, and tell it.

    Args:
        wanted: what was asked for.
        output: where it is told.
        clock: for pauses between calls.
        watch: is told how far it got.
        open_export: where an export lies, by its name.

    Raises:
        UsageError: an option is wrong, or nothing says what was written.
        UnverifiableError: nothing bad was found, or something could not be read.
    """
    output.check()
    boundary = ON_AWS[_method(wanted.method)] if wanted.method else None
    at = parse_instant(wanted.at) if wanted.at else None
    try:
        found, points = (
            _of_run(wanted, boundary)
            if is_run(wanted.name)
            else _of_table(wanted, boundary or AROUND_A_SECOND, clock, watch, open_export)
        )
    finally:
        watch.close()
    asked = None if at is None else Asked(point=_figures(points.candidate(at)), refused_because=points.refusal(at))
    found = found.model_copy(update={"asked": asked})
    outline = points.outline(ROWS, [] if at is None else [at])
    output.document(to_text(page(found, outline), screen_of(output.stream)), found.model_dump_json(indent=1) + "\n")
    return _exit_code(found)


def is_run(name: str) -> bool:
    """Whether a word names a run's folder: there is a record in it, or it is a path, which no table's name can be."""
    return (Path(name) / "run.json").is_file() or ("/" in name and not name.startswith("arn:"))


def _exit_code(found: Found) -> int:
    if found.cannot_because or (found.asked is not None and found.asked.refused_because):
        return ExitCode.FAIL
    return ExitCode.PASS if found.certain else ExitCode.UNKNOWN


def _method(name: str) -> Method:
    if name not in set(Method):
        raise UsageError(f"there is no method {name!r}", f"There are {', '.join(Method)}.")
    return Method(name)


def _of_run(wanted: Wanted, boundary: Boundary | None) -> tuple[Found, RestorePoints]:
    options = {
        "--log": wanted.log,
        "--bad": wanted.bad,
        "--bad-deletes": wanted.bad_deletes,
        "--export": wanted.exports,
    }
    given = [option for option, value in options.items() if value]
    if given:
        raise UsageError(
            f"{', '.join(given)}: a stored run has its own history and clue, and is asked nothing else",
            "Leave them out, or name a table.",
        )
    run = of_run(Path(wanted.name), boundary)
    found = _found("run", wanted.name, run.points, run.read, run.doubts)
    return found.model_copy(update={"clue": run.clue}), run.points


def _of_table(
    wanted: Wanted, boundary: Boundary, clock: Clock, watch: Watch, open_export: Callable[[str], ExportPlace]
) -> tuple[Found, RestorePoints]:
    if not (wanted.log or wanted.bad or wanted.bad_deletes):
        raise UsageError(
            "nothing says which writes are bad",
            "Say what they look like: --bad CONDITION, --bad-deletes, or --log with the bad job's own log.",
        )
    with ExitStack() as stack:
        past = open_past(wanted.name, clock, region=wanted.region, endpoint=wanted.endpoint)
        stack.callback(past.close)
        telling = Telling(
            read_log(wanted.log, past.key_attributes) if wanted.log else (),
            condition(wanted.bad) if wanted.bad else None,
            wanted.bad_deletes,
        )
        seen = _seen(wanted, past, telling, watch, [open_export(name) for name in wanted.exports])
        window = past.window()
    check(seen)
    points = restore_points(seen.changes, seen.until_at, boundary, seen.exactness_s, saw_good=seen.saw_good)
    assert points is not None, "something bad was seen"
    points = points if window is None else replace(points, from_at=window.earliest_at)
    found = _found("table", wanted.name, points, seen.read, seen.doubts)
    told = None if window is None else WindowFound(**window._asdict())
    return found.model_copy(update={"window": told, "cannot_because": _cannot(points, window)}), points


def _seen(wanted: Wanted, past: LivePast, telling: Telling, watch: Watch, exports: Sequence[ExportPlace]) -> Seen:
    def tell(changes: int) -> None:
        watch.note(f"{changes:,} changes")

    watch.phase("read", f"what was written to {wanted.name}")
    if exports:
        return with_the_log(by_exports(exports, telling, tell), telling)
    if telling.log and past.why_no_changes():
        return with_the_log(Seen(saw_good=False), telling)
    return with_the_log(by_stream(past, telling, tell), telling)


def _cannot(points: RestorePoints, window: Window | None) -> str:
    """Why the best point is out of reach for good; empty where it is not, or nobody said."""
    if window is None or points.best_at >= window.earliest_at:
        return ""
    return f"the window begins at {format_instant(window.earliest_at)}, after {format_instant(points.best_at)}"


def _found(of: Literal["table", "run"], name: str, points: RestorePoints, read: list[str], doubts: list[str]) -> Found:
    observed = points.observed
    return Found(
        of=of,
        name=name,
        read=read,
        first_bad_at=observed.first_bad_at,
        best_at=points.best_at,
        boundary_s=(points.boundary.lo_s, points.boundary.hi_s),
        exactness_s=points.exactness_s,
        certain=not doubts,
        doubts=doubts,
        bad_writes=observed.bad.total,
        damaged_keys=observed.damaged.total,
        good_writes=None if observed.good is None else observed.good.total,
        curve=[_figures(each) for each in points.curve()],
    )


def _figures(candidate: Candidate) -> PointFigures:
    return PointFigures(**candidate._asdict())
