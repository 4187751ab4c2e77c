"""An audit as people read it: per table what it can be brought back from, then what was found, and what to do."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..quantities import format_duration, format_instant
from ..report_text import LOOKS, Look, clean, number_of
from ..verdict import Outcome
from .audit import Audit, Finding, Recoverable, TableAudit, WayResult
from .rule import Answer, Severity
from .ways import TITLES, Open

NOT_MEASURED = "-"

OPEN = {
    Open.YES: LOOKS[Outcome.PASS]._replace(word="yes"),
    Open.NO: LOOKS[Outcome.FAIL]._replace(word="NO"),
    Open.UNKNOWN: LOOKS[Outcome.UNKNOWN],
}
NEVER = Look("-", "never", "dim")
"""Of what cannot happen to a table."""
SEVERE = {Severity.HIGH: "bold red", Severity.MEDIUM: "yellow", Severity.LOW: "dim"}


def text_of(audit: Audit) -> RenderableType:
    """The whole page."""
    parts: list[RenderableType] = []
    for table in audit.tables:
        parts += _table(table, audit)
    for region in dict.fromkeys(finding.region for finding in audit.findings if not finding.table):
        parts += [Text(f"beside the tables, in {region}", style="bold"), Text("")]
        parts += [*_findings(f for f in audit.findings if (f.region, f.table) == (region, "")), Text("")]
    return Group(*parts, _summary(audit), _footing(audit))


def _table(table: TableAudit, audit: Audit) -> list[RenderableType]:
    title = Text.assemble((clean(table.table), "bold"), (f"  in {table.region}", "dim"))
    found = [finding for finding in audit.findings if (finding.region, finding.table) == (table.region, table.table)]
    parts: list[RenderableType] = [title, Text("")]
    if table.seen:
        parts += [_indented(_recoverable(table.recoverable, measured=audit.matrix is not None)), Text("")]
        parts += [_indented(_ways(table.recoverable)), Text("")]
    return [*parts, *_findings(found), *_events(table), Text("")]


def _indented(part: RenderableType) -> Padding:
    return Padding(part, (0, 0, 0, 2))


def _recoverable(kinds: Sequence[Recoverable], *, measured: bool) -> Table:
    """A row a kind of disaster, and one more for each further way back."""
    rows = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    for name in ("if", "back?", "by", *(("RPO", "RTO") if measured else ())):
        rows.add_column(
            name, justify="right" if name.startswith("R") else "left", no_wrap=name != "by", overflow="fold"
        )
    for each in kinds:
        look = NEVER if each.recoverable is None else OPEN[each.recoverable]
        head = Text(TITLES[each.kind]), Text(f"{look.sign} {look.word}", style=look.style)
        if each.recoverable is not Open.YES:
            rows.add_row(*head, Text(clean(each.because), style="dim"))
            continue
        for number, way in enumerate(way for way in each.ways if way.open is Open.YES):
            figures = _figures(way) if measured else ()
            rows.add_row(*(head if number == 0 else ("", "")), way.recovery, *figures)
    return rows


def _ways(kinds: Sequence[Recoverable]) -> Table:
    """Each way once, with how far it leads, or why it is shut."""
    rows = Table.grid(padding=(0, 1, 0, 0))
    rows.add_column(no_wrap=True)
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")
    for recovery, opened, because in dict.fromkeys(
        (w.recovery, w.open, w.because) for each in kinds for w in each.ways
    ):
        look = OPEN[opened]
        rows.add_row(Text(look.sign, style=look.style), recovery, Text(clean(because), style="dim"))
    return rows


def _figures(way: WayResult) -> tuple[str, str]:
    if way.failed_in_drills and way.rpo_s is None and way.rto_s is None:
        return "failed", "failed"
    partly = " !" if way.failed_in_drills else ""
    simulated = " *" if way.simulated_s else ""
    return f"{_duration(way.rpo_s)}{partly}", f"{_duration(way.rto_s)}{simulated}"


def _duration(seconds: float | None) -> str:
    return NOT_MEASURED if seconds is None else format_duration(seconds)


def _findings(findings: Iterable[Finding]) -> list[RenderableType]:
    rows = Table.grid(padding=(0, 1, 0, 0))
    rows.add_column(no_wrap=True)
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")
    for finding in sorted(findings, key=_order):
        sign, said = _said(finding)
        rows.add_row(sign, finding.rule, said)
        if finding.fix and not finding.accepted:
            rows.add_row("", "", Text(clean(finding.fix), style="dim"))
    return [_indented(rows)] if rows.row_count else []


def _order(finding: Finding) -> tuple[bool, bool, int, str]:
    severity = list(Severity).index(finding.severity)
    return bool(finding.accepted), finding.answer is Answer.UNKNOWN, severity, finding.rule


def _said(finding: Finding) -> tuple[Text, Text]:
    because = clean(finding.because)
    if finding.accepted:
        return Text("- accepted", style="dim"), Text(f"{because} (accepted: {clean(finding.accepted)})", style="dim")
    if finding.answer is Answer.UNKNOWN:
        look = LOOKS[Outcome.UNKNOWN]
        return Text(f"{look.sign} unknown", style=look.style), Text(f"{finding.name}: {because}")
    return Text(f"✗ {finding.severity}", style=SEVERE[finding.severity]), Text(because)


def _events(table: TableAudit) -> list[RenderableType]:
    if table.events is None or not table.seen:
        return []
    if not table.events:
        return [Padding(Text("CloudTrail: no call about its protection in that time", style="dim"), (0, 0, 0, 2))]
    lines = (f"CloudTrail: {format_instant(event.at)}  {event.name}  {event.id}" for event in table.events)
    return [Padding(Text("\n".join(clean(line) for line in lines), style="dim"), (0, 0, 0, 2))]


def _summary(audit: Audit) -> Text:
    found, unseen = len(audit.of(Answer.FOUND)), len(audit.of(Answer.UNKNOWN))
    accepted = sum(bool(finding.accepted) for finding in audit.findings)
    outcome = Outcome.FAIL if found else Outcome.UNKNOWN if unseen else Outcome.PASS
    look = LOOKS[outcome]
    counted = (
        f"{number_of(len(audit.tables), 'table')}: {number_of(found, 'finding')}, {unseen} unknown, {audit.fine} fine"
    )
    return Text.assemble((f"{look.sign} ", look.style), counted, f", {accepted} accepted" if accepted else "")


def _footing(audit: Audit) -> Text:
    """What the figures are, so that nobody takes them for more."""
    said = [f"{audit.where}, as of {format_instant(audit.at)}. Nothing was changed, no item was read."]
    if audit.matrix is None:
        said.append(
            "RPO and RTO: not measured; drills measure them (dynadrill matrix --json FILE, then --matrix FILE)."
        )
    else:
        said.append(f"RPO and RTO are the worst that drills measured ({audit.matrix}), not of this table.")
        said.append("* simulated in part: not AWS's time. ! some drills of that kind failed. - not measured.")
    if any(table.events is None and table.seen for table in audit.tables):
        why = sorted({table.events_because for table in audit.tables if table.seen and table.events is None})
        said.append(f"CloudTrail's events: {'; '.join(why)}.")
    return Text(" ".join(said), style="dim")
