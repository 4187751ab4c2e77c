"""What `dynadrill last` does: the dead-man check. Silence is what nobody notices, so it asks for a pass, and when."""

from collections.abc import Sequence
from pathlib import Path

from .drilled import Drilled, begun_by, last_passed, runs_below
from .errors import UsageError
from .json_model import JsonModel
from .output import Output
from .quantities import format_duration, format_instant, parse_duration
from .report_text import LOOKS, PLAIN, clean
from .terminal import screen_of
from .verdict import ExitCode, Outcome


class Told(JsonModel):
    """One drill, as told: `at` is when it began, epoch seconds of the wall clock."""

    run: str
    at: float
    verdict: Outcome | None
    because: str


class LastDrills(JsonModel):
    """What there was of one name: the newest that passed, and the newest of all; null where there is none."""

    name: str
    max_age_s: float
    in_time: bool
    passed: Told | None
    last: Told | None


def say_last(scenario: str | None, max_age: str, out: Path, now_at: float, output: Output) -> int:
    """Say which drill was the last of each name and how it ended; 1 unless each name has a pass that is recent enough.

    Args:
        scenario: the name to look for; all that are there where None.
        max_age: how long ago the last pass may have begun.
        out: where run folders are.
        now_at: the wall clock.
        output: where it is told.

    Raises:
        UsageError: the age is no duration, or there is no such folder.
    """
    max_age_s = parse_duration(max_age)
    output.check()
    if not out.is_dir():
        raise UsageError(f"there is no folder {out}", "Say with --out where run folders are.")
    runs = runs_below(out, scenario)
    names = [scenario] if scenario else sorted({run.name for run in runs})
    found = [_last(name, [run for run in runs if run.name == name], max_age_s, now_at) for name in names]
    lines = [_line(each, now_at) for each in found] or [f"no run is in {out}: nobody has ever drilled here"]
    text = "".join(f"{line}\n" for line in lines)
    json = "".join(each.model_dump_json() + "\n" for each in found)
    output.document(text if screen_of(output.stream).unicode else text.translate(PLAIN), json)
    return ExitCode.PASS if found and all(each.in_time for each in found) else ExitCode.FAIL


def _last(name: str, runs: Sequence[Drilled], max_age_s: float, now_at: float) -> LastDrills:
    passed = last_passed(begun_by(now_at, runs))
    return LastDrills(
        name=name,
        max_age_s=max_age_s,
        in_time=passed is not None and now_at - passed.at <= max_age_s,
        passed=_told(passed) if passed else None,
        last=_told(runs[0]) if runs else None,
    )


def _told(run: Drilled) -> Told:
    return Told(run=str(run.folder), at=run.at, verdict=run.verdict, because=run.because)


def _line(found: LastDrills, now_at: float) -> str:
    look = LOOKS[Outcome.PASS if found.in_time else Outcome.FAIL]
    if found.last is None:
        return f"{look.sign} {clean(found.name)}: there is no run of it"
    last = found.last
    ended = f"it ended as {last.verdict}" if last.verdict else "it has no verdict"
    line = f"{look.sign} {clean(found.name)}: "
    if found.passed is None:
        return f"{line}no run ever passed; the last, {_when(last.at, now_at)}: {ended} ({clean(last.because)})"
    passed = f"{line}passed {_when(found.passed.at, now_at)}"
    if not found.in_time:
        passed += f", {format_duration(found.max_age_s)} are allowed"
    return (
        passed
        if found.passed == last
        else f"{passed}; the last, {_when(last.at, now_at)}: {ended} ({clean(last.because)})"
    )


def _when(at: float, now_at: float) -> str:
    when = format_instant(at).replace(".000Z", "Z")
    return f"{when}, {format_duration(now_at - at)} ago" if at <= now_at else f"{when}, in the future"
