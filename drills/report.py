"""The console report: one page that says at a glance what came back, what was lost and how long it took."""

import io
import shlex
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from .judgement import Judgement
from .report_claims import claims, detector, leftovers, users
from .report_loss import data_lost, keys
from .report_points import where_to_go_back_to
from .report_text import LOOKS, PLAIN, PREVENTION, clean, fields, number_of, section
from .report_time import recovery_time
from .runrecord import RunRecord
from .terminal import PLAIN_PAGE, Screen
from .verdict import ExitCode, Outcome

TITLES = {
    Outcome.PASS: "the table came back as promised, and every objective was met",
    Outcome.FAIL: "the table did NOT come back as promised",
    Outcome.UNKNOWN: "what came back could NOT be verified",
    Outcome.MISSED: "what came back is right, but an objective was MISSED",
    Outcome.UNSUPPORTED: "the target cannot do what this drill needs; nothing was struck",
    Outcome.REFUSED: "unsafe, not allowed or not agreed to: nothing was struck",
}


def render(judgement: Judgement, record: RunRecord, folder: Path, screen: Screen = PLAIN_PAGE) -> str:
    """The report as text.

    Args:
        judgement: what judging the run came to.
        record: what the run set out to do.
        folder: the run's folder, as people should type it.
        screen: what it is shown on; without colours every word and sign is still there.
    """
    return to_text(page(judgement, record, folder, screen.width), screen)


def to_text(content: RenderableType, screen: Screen) -> str:
    """What rich would draw, as text; lines have no trailing blanks."""
    console = Console(
        file=io.StringIO(),
        width=screen.width,
        force_terminal=screen.color,
        no_color=not screen.color,
        color_system="standard" if screen.color else None,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
    with console.capture() as captured:
        console.print(content)
    lines = (line.rstrip() for line in captured.get().splitlines())
    text = "\n".join(lines) + "\n"
    return text if screen.unicode else text.translate(PLAIN)


def page(judgement: Judgement, record: RunRecord, folder: Path, width: int) -> Group:
    """The whole report, most important first."""
    parts = _head(judgement, record, width)
    if judgement.struck_at is None:
        parts += _unstruck(record)
        if judgement.items.expected or judgement.samples:
            parts += keys(judgement)
    else:
        parts += data_lost(judgement.rpo, record, judgement.struck_at)
        parts += recovery_time(judgement.rto, judgement.failback, record)
        parts += keys(judgement)
        if judgement.restore_points is not None:
            parts += where_to_go_back_to(judgement.restore_points, record, judgement.rpo)
    if judgement.load.ops or judgement.struck_at is not None:
        parts += users(judgement.load)
    if judgement.validators and judgement.verdict not in (Outcome.UNSUPPORTED, Outcome.REFUSED):
        parts += claims(judgement.validators)
    if record.prevention and judgement.struck_at is not None:
        parts += section(PREVENTION, Text(clean(record.prevention)))
    return Group(*parts, *_foot(judgement, record, folder))


def _head(judgement: Judgement, record: RunRecord, width: int) -> list[RenderableType]:
    look = LOOKS[judgement.verdict]
    rule = Text("━" * width, style=look.style)
    title = Text.assemble(
        (f"{look.sign} {judgement.verdict.upper()}", f"{look.style} bold"), f"  {TITLES[judgement.verdict]}"
    )
    story = f"{record.scenario}: {record.disaster}, recovered by {record.recovery}, on {record.target}"
    size = f"{number_of(record.items, 'item')}, {number_of(record.users, 'user')}"
    facts = [
        clean(f"{story}, {record.pace} pace, seed {record.seed}"),
        f"{size}, {record.rate_per_s:,g} operations/s asked for",
    ]
    if record.forced_cutover:
        facts.append("the cutover was forced (--force-cutover)")
    loud = []
    if judgement.exit_code == ExitCode.LEFTOVERS:
        loud.append(Text("✗ LEFTOVERS: something this run created could not be removed, see below", style="bold red"))
    why = Padding(Text(clean(judgement.because)), (0, 0, 0, 2))
    return [rule, title, why, *loud, rule, *(Text(fact, style="dim") for fact in facts)]


def _unstruck(record: RunRecord) -> list[RenderableType]:
    """What is said where the history has no strike."""
    if record.clue is None:
        said = "The drill ended before its disaster, so no recovery was measured."
        return section("NOTHING WAS STRUCK", Text(said))
    said = (
        "run.json says that the disaster struck, and the history that is left does not say when: nothing is measured."
    )
    return section("THE STRIKE IS NOT IN THE HISTORY", Text(said))


def _code(judgement: Judgement) -> str:
    return f"exit code {judgement.exit_code}{' (leftovers)' if judgement.exit_code == ExitCode.LEFTOVERS else ''}"


def _foot(judgement: Judgement, record: RunRecord, folder: Path) -> list[RenderableType]:
    """What to trust it by, where it is, and the verdict once more: a long page has scrolled its head away."""
    path, look = shlex.quote(str(folder)), LOOKS[judgement.verdict]
    rows: list[tuple[str, str | Text]] = [
        ("detector", detector(judgement.controls)),
        ("left behind", leftovers(judgement.leftovers, folder, known=judgement.leftovers_known)),
        *([("spent", judgement.spent.said(record.target_kind))] if judgement.spent else []),
        ("run folder", str(folder)),
        ("judge again", f"dynadrill judge {path}"),
        ("verdict", Text.assemble((f"{look.sign} {judgement.verdict.upper()}", look.style), f", {_code(judgement)}")),
    ]
    return section("THIS RUN", fields(rows))
