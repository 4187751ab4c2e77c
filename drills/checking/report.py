"""A check as people read it: one page that says what was restored, whether it is right, and how long it took."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..junit import Case, Suite, cases_of, junit_of
from ..quantities import format_instant
from ..report import to_text
from ..report_claims import claims, detector, leftovers
from ..report_text import LOOKS, clean, duration, fields, held_to, instant, number_of, section
from ..report_time import NOT_AWS, phase_bars
from ..tables import name_of
from ..terminal import PLAIN_PAGE, Screen
from ..values import key_label
from ..verdict import ExitCode, Outcome
from .record import AnswerRecord
from .result import CheckVerdict

TITLES = {
    Outcome.PASS: "the table can be restored, and what came back is right",
    Outcome.FAIL: "the table did NOT come back as it should",
    Outcome.UNKNOWN: "what came back could NOT be verified",
    Outcome.MISSED: "what came back is right, but an objective was MISSED",
    Outcome.UNSUPPORTED: "the target cannot do what this check needs; nothing was touched",
    Outcome.REFUSED: "nothing was touched",
}
MEANINGS = {
    "ask": "ask",
    "wait": "wait for window",
    "restore": "restore",
    "indexes": "indexes active",
    "settings": "settings back",
    "compare": "read it back",
}
WAYS = {
    "pitr": "point-in-time recovery",
    "backup": "an on-demand backup",
    "aws-backup": "AWS Backup",
    "given": "a restore test of AWS Backup",
}
REMOVED = {"given": "which AWS Backup removes"}
AGAINST = {
    "export": "an export to S3",
    "live": "the live table",
    "snapshot": "a snapshot",
    "run_snapshot": "a snapshot of a run",
    "ledger": "a run's ledger",
}


def render(verdict: CheckVerdict, folder: Path, screen: Screen = PLAIN_PAGE) -> str:
    """The report as text."""
    return to_text(page(verdict, folder, screen.width), screen)


def one_line(verdict: CheckVerdict) -> str:
    """The check in one line."""
    return f"{LOOKS[verdict.verdict].sign} {verdict.verdict.upper()}  {verdict.table}: {clean(verdict.because)}\n"


def page(verdict: CheckVerdict, folder: Path, width: int) -> Group:
    """The whole report, most important first."""
    parts = _head(verdict, width)
    if verdict.point is not None:
        parts += section("WHAT WAS RESTORED", fields(_restored(verdict)))
    if verdict.rto.measured_s is not None:
        bars = phase_bars(verdict.rto.phases_s.model_dump(), verdict.rto.phases_simulated_s.model_dump(), MEANINGS)
        parts += section("TIME TO RECOVER (RTO)", fields(_times(verdict)), bars)
    if verdict.point is not None:
        parts += section("WHAT WOULD BE LOST (RPO)", fields(_lost(verdict)))
    if verdict.against is not None:
        parts += section("KEYS", fields(_keys(verdict)), *_samples(verdict))
    if any(row.came != "same" for row in verdict.settings):
        parts += section("SETTINGS, AND WHAT TO DO ABOUT THEM IN A REAL RECOVERY", _settings(verdict))
    if verdict.validators:
        parts += claims(list(verdict.validators))
    return Group(*parts, *_foot(verdict, folder))


def _head(verdict: CheckVerdict, width: int) -> list[RenderableType]:
    look = LOOKS[verdict.verdict]
    rule = Text("━" * width, style=look.style)
    title = Text.assemble(
        (f"{look.sign} {verdict.verdict.upper()}", f"{look.style} bold"), f"  {TITLES[verdict.verdict]}"
    )
    why = Padding(Text(clean(verdict.because)), (0, 0, 0, 2))
    loud = []
    if verdict.leftovers:
        loud.append(Text("✗ LEFTOVERS: something this check made could not be removed, see below", style="bold red"))
    fact = f"{verdict.table} in {verdict.region}, restored by {WAYS[verdict.method]}, on {verdict.target}"
    return [rule, title, why, *loud, rule, Text(clean(fact), style="dim")]


def _restored(verdict: CheckVerdict) -> Iterator[tuple[str, str | Text]]:
    point = verdict.point
    assert point is not None, "there is a point"
    lo_s, hi_s = point.boundary_s
    exactly = f", {lo_s:+g} s to {hi_s:+g} s" if lo_s or hi_s else ""
    yield "as of", f"{format_instant(point.at)}{exactly}: {clean(point.found_from)}"
    if point.window is not None and verdict.began_at is not None:
        earliest, latest = map(format_instant, point.window)
        behind = duration(max(verdict.began_at - point.window[1], 0.0))
        yield "window", f"{earliest} to {latest}, {behind} behind"
    if verdict.restored:
        yield "restored as", f"{verdict.restored} in {verdict.restored_region}, {_fate(verdict)}"
    if verdict.items.restored is not None:
        yield "it holds", number_of(verdict.items.restored, "item")
    if against := verdict.against:
        when = ""
        if against.from_at is not None and against.to_at is not None:
            began, ended = format_instant(against.from_at), format_instant(against.to_at)
            when = f" as of {began}" if began == ended else f" read from {began} to {ended}"
        made_of = (
            ", made of the same continuous backups" if (against.kind, verdict.method) == ("export", "pitr") else ""
        )
        yield "held against", clean(f"{AGAINST[against.kind]}{when}{made_of}")
    if cost := verdict.cost:
        billed = "" if cost.billed else "; nothing is billed here"
        unsure = f" ({', '.join(cost.unconfirmed)}: price not confirmed)" if cost.unconfirmed else ""
        yield "costs on AWS", f"about {cost.estimated_usd:.4f} USD{unsure}{billed}"


def _times(verdict: CheckVerdict) -> Iterator[tuple[str, str | Text]]:
    rto = verdict.rto
    yield (
        "measured",
        f"{duration(rto.measured_s)} from the first call until it was read; to notice and decide comes on top",
    )
    met = None if rto.objective_s is None or rto.measured_s is None else rto.measured_s <= rto.objective_s
    yield "objective", held_to(rto.objective_s, met=met, why_unknown="it was not read")
    caution = NOT_AWS.get(verdict.target_kind)
    if rto.simulated_s:
        yield "simulated", f"{duration(rto.simulated_s)} of it" + (f" ({caution})" if caution else "")
    elif caution:
        yield "caution", caution


def _lost(verdict: CheckVerdict) -> Iterator[tuple[str, str | Text]]:
    rpo = verdict.rpo
    since = "when the check began" if verdict.began_at == rpo.reference_at else format_instant(rpo.reference_at)
    if verdict.method == "given":
        since = "when the restore test began"
    yield "promised", f"{duration(rpo.promised_s)} of writes, counted back from {since}: the age of the point"
    if rpo.at_most_s is None:
        yield "measured", "not measured: `dynadrill canary` lets the data say it"
    else:
        yield "measured", f"{duration(rpo.measured_s)} for certain, at most {duration(rpo.at_most_s)}, by the canaries"
        begins, ends = rpo.measured_point_at
        yield "point in data", f"between {instant(begins)} and {'an open end' if ends is None else instant(ends)}"
    claim = next((one for one in verdict.validators if one.name == "lost_little"), None)
    met = {Outcome.PASS: True, Outcome.MISSED: False}.get(claim.verdict) if claim else None
    yield "objective", held_to(rpo.objective_s, met=met, why_unknown=clean(claim.because) if claim else "see above")


def _keys(verdict: CheckVerdict) -> Iterator[tuple[str, str | Text]]:
    items = verdict.items
    if items.classes is not None:
        yield from ((name.replace("_", " "), f"{count:,}") for name, count in items.classes.items())
        return
    for name in ("equal", "missing", "unexpected", "different", "open"):
        count = getattr(items, name)
        yield name, "not compared" if count is None else f"{count:,}"


def _samples(verdict: CheckVerdict) -> list[RenderableType]:
    words = {"only_left": "missing", "only_right": "unexpected"}
    lines: list[RenderableType] = []
    for sample in verdict.samples:
        changed = ", ".join(change.path for change in sample.changes or ())
        what = words.get(sample.class_, sample.class_)
        said = f"  ({changed})" if changed else f"  {sample.because}".rstrip()
        lines.append(Text(clean(f"{what}: {key_label(sample.key)}{said}")))
    return lines


def _settings(verdict: CheckVerdict) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=20)
    table.add_column(overflow="fold")
    for row in verdict.settings:
        if row.came not in ("same", "unasked"):
            style = "bold red" if row.came == "different" else ""
            said = Text.assemble((row.came, style), clean(f": {row.because}"))
            if row.remedy:
                said.append(f"\n{clean(row.remedy)}", style="dim")
            table.add_row(Text(row.name), said)
    return table


def _fate(verdict: CheckVerdict) -> str:
    """What became of the restored table."""
    if not verdict.leftovers_known:
        return "which nobody was seen to remove"
    if verdict.restored in [name_of(left.partition(":")[0]) for left in verdict.leftovers]:
        return "still there: see below"
    return REMOVED.get(verdict.method, "removed afterwards")


def _foot(verdict: CheckVerdict, folder: Path) -> list[RenderableType]:
    look, path = LOOKS[verdict.verdict], shlex.quote(str(folder))
    code = f"exit code {verdict.exit_code}{' (leftovers)' if verdict.exit_code == ExitCode.LEFTOVERS else ''}"
    rows: list[tuple[str, str | Text]] = [
        ("detector", detector(verdict.controls)),
        ("left behind", leftovers(list(verdict.leftovers), folder, known=verdict.leftovers_known)),
        *([("spent", verdict.spent.said(verdict.target_kind))] if verdict.spent else []),
        *([("remove it", f"dynadrill sweep {path} --yes")] if verdict.leftovers else []),
        ("run folder", str(folder)),
        ("judge again", f"dynadrill judge {path}"),
        *([("told AWS Backup", clean(_answered(verdict.answer)))] if verdict.answer else []),
        ("verdict", Text.assemble((f"{look.sign} {verdict.verdict.upper()}", look.style), f", {code}")),
    ]
    return section("THIS CHECK", fields(rows))


def _answered(answer: AnswerRecord) -> str:
    return f"{answer.status}, of restore job {answer.job}" if answer.put else f"nothing: {answer.because}"


def junit(verdict: CheckVerdict) -> str:
    """The verdict for a CI server."""
    figures = {
        "run": verdict.run,
        "target": verdict.target,
        "method": verdict.method,
        "exit_code": verdict.exit_code,
        "rpo.objective_s": verdict.rpo.objective_s,
        "rpo.promised_s": verdict.rpo.promised_s,
        "rpo.at_most_s": verdict.rpo.at_most_s,
        "rto.objective_s": verdict.rto.objective_s,
        "rto.measured_s": verdict.rto.measured_s,
        "rto.simulated_s": verdict.rto.simulated_s,
    }
    cases = cases_of(Case("restore-check", verdict.verdict, verdict.because), verdict.validators)
    return junit_of([Suite(f"restore-check {verdict.table}", "restore-check", figures, cases)])
