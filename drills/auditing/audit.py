"""Auditing: of what was seen, what is open and what was found. Pure; the content of the audit's JSON."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from ..json_model import JsonModel
from ..matrix.results import Matrix
from ..version import VERSION
from .copy_rules import RULES as COPY_RULES
from .facts import RegionSeen, TableSeen
from .measured import measured
from .neighbour_rules import REGION_RULES
from .neighbour_rules import RULES as NEIGHBOUR_RULES
from .rule import Answer, Rule, Severity, Wanted
from .table_rules import RULES as OWN_RULES
from .way_rules import RULES as WAY_RULES
from .ways import DISASTERS, Kind, Open, applies, verdict, ways_back

SCHEMA: Literal["dynadrill.audit/1"] = "dynadrill.audit/1"

TABLE_RULES: tuple[Rule, ...] = (
    *WAY_RULES,
    *OWN_RULES,
    *COPY_RULES,
    *NEIGHBOUR_RULES,
)
ALL_RULES = (*TABLE_RULES, *REGION_RULES)


class Looked(NamedTuple):
    """Where it was looked, an endpoint or AWS, and when, epoch seconds of target time."""

    where: str
    at: float


class WayResult(JsonModel):
    """One way back: whether it is open, how far it leads or why it is shut, and what drills measured of it.

    `rpo_s`, `rto_s` and `simulated_s` are the worst that drills of the matrix came to, null where none measured it.
    """

    recovery: str
    open: Open
    because: str
    rpo_s: float | None
    rto_s: float | None
    simulated_s: float | None
    drills: int
    failed_in_drills: list[str]


class Recoverable(JsonModel):
    """Whether a table can be brought back from a kind of disaster, and by what; null where it cannot happen to it."""

    kind: Kind
    disasters: list[str]
    recoverable: Open | None
    because: str
    ways: list[WayResult]


class Finding(JsonModel):
    """What one rule came to at one place. `table` is empty where it is of the whole Region.

    `accepted` is the reason for which somebody accepts it; it then does not count.
    """

    rule: str
    name: str
    severity: Severity
    region: str
    table: str
    answer: Answer
    because: str
    fix: str
    accepted: str = ""


class Event(JsonModel):
    """An event of CloudTrail about a table's protection."""

    id: str
    name: str
    at: float


class TableAudit(JsonModel):
    """One table: what it can be brought back from, and what CloudTrail recorded, or why that was not asked."""

    region: str
    table: str
    seen: bool
    recoverable: list[Recoverable]
    events: list[Event] | None
    events_because: str


class Audit(JsonModel):
    """A whole audit. `findings` are also those that are unknown or accepted; what is fine is only counted."""

    schema_: Literal["dynadrill.audit/1"] = SCHEMA
    version: str
    where: str
    at: float
    tables: list[TableAudit]
    findings: list[Finding]
    fine: int
    matrix: str | None

    def of(self, answer: Answer) -> list[Finding]:
        """The findings of one answer that nobody accepts."""
        return [finding for finding in self.findings if finding.answer is answer and not finding.accepted]


def audit(
    seen: Mapping[str, tuple[RegionSeen, Sequence[TableSeen]]],
    wanted: Wanted,
    accepted: Mapping[str, str],
    matrix: Matrix | None,
    looked: Looked,
) -> Audit:
    """Hold what was seen to every rule.

    Args:
        seen: by Region, what was seen of it and of its tables.
        wanted: what tables are held to.
        accepted: reasons by the rule's id: such findings do not count.
        matrix: what drills measured, if anything.
        looked: where and when.
    """
    told = [finding for here, tables in seen.values() for finding in _findings(here, tables, wanted, accepted)]
    return Audit(
        version=VERSION,
        where=looked.where,
        at=looked.at,
        tables=[_table(table, here, matrix) for here, tables in seen.values() for table in tables],
        findings=[finding for finding in told if finding.answer in (Answer.FOUND, Answer.UNKNOWN)],
        fine=sum(finding.answer is Answer.FINE for finding in told),
        matrix=None if matrix is None else f"{matrix.target}, {matrix.items:,} items",
    )


def _findings(
    here: RegionSeen, tables: Sequence[TableSeen], wanted: Wanted, accepted: Mapping[str, str]
) -> Iterable[Finding]:
    for rule in REGION_RULES:
        yield _finding(rule, TableSeen(here.region, ""), here, wanted, accepted)
    for table in tables:
        # Of a table that nobody may describe every rule is unknown: it is said once.
        for rule in TABLE_RULES if table.status is not None else WAY_RULES:
            yield _finding(rule, table, here, wanted, accepted)


def _finding(rule: Rule, table: TableSeen, here: RegionSeen, wanted: Wanted, accepted: Mapping[str, str]) -> Finding:
    said = rule.look(table, here, wanted)
    return Finding(
        rule=rule.id,
        name=rule.name,
        severity=rule.severity,
        region=here.region,
        table=table.name,
        answer=said.answer,
        because=said.because,
        fix=said.fix,
        accepted=accepted.get(rule.id, ""),
    )


def _table(table: TableSeen, here: RegionSeen, matrix: Matrix | None) -> TableAudit:
    events = None if table.events is None else [Event(id=i, name=name, at=at) for i, name, at in table.events]
    return TableAudit(
        region=table.region,
        table=table.name,
        seen=table.status is not None,
        recoverable=[_recoverable(kind, table, here, matrix) for kind in Kind],
        events=events,
        events_because=table.unseen.get("events", table.why_unseen("status")),
    )


def _recoverable(kind: Kind, table: TableSeen, here: RegionSeen, matrix: Matrix | None) -> Recoverable:
    disasters = DISASTERS[kind]
    cannot = applies(kind, table)
    ways = [] if cannot else ways_back(kind, table, here)
    results = [
        WayResult(
            recovery=way.recovery,
            open=way.open,
            because=way.because,
            rpo_s=figures.rpo_s,
            rto_s=figures.rto_s,
            simulated_s=figures.simulated_s,
            drills=figures.drills,
            failed_in_drills=list(figures.failed),
        )
        for way in ways
        for figures in [measured(matrix, disasters, way.recovery)]
    ]
    return Recoverable(
        kind=kind,
        disasters=list(disasters),
        recoverable=None if cannot else verdict(ways),
        because=cannot,
        ways=results,
    )
