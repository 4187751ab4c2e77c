"""What `dynadrill audit` does."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..drilled import begun_by, last_passed, runs_below
from ..errors import UsageError
from ..output import Output
from ..quantities import parse_duration
from ..report import to_text
from ..target import table_prefix
from ..targets.looking import Looker
from ..terminal import say, screen_of
from ..verdict import ExitCode
from .audit import ALL_RULES, Audit, Looked, audit
from .facts import RegionSeen, TableSeen
from .measured import read_matrix
from .metrics import to_metrics
from .reading_region import read_region
from .reading_table import Asked, read_table
from .rule import Answer, Expected, Wanted
from .sarif import to_sarif
from .text import text_of

FORMATS = ("text", "json", "sarif", "emf")
LONGEST_PERIOD = 35
OF_DRILLS = table_prefix("").removesuffix("-")
"""How the names of all drills' tables begin."""


@dataclass(frozen=True)
class Auditing:
    """The options as they were given."""

    tables: tuple[str, ...]
    everything: bool
    regions: tuple[str, ...]
    form: str = "text"
    json_to: str | None = None
    drills: Path | None = None
    matrix: Path | None = None
    period: int | None = None
    copy_age: str | None = None
    drill_age: str = "90d"
    expect: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    events: str | None = None
    declared_in: str = "README.md"


Seen = dict[str, tuple[RegionSeen, Sequence[TableSeen]]]


def run_audit(
    asked: Auditing, open_looker: Callable[[], Looker], now: Callable[[], float], watch: Callable[[str], None]
) -> int:
    """Look, hold what was seen to every rule, tell it.

    Args:
        asked: the options.
        open_looker: opens what is looked at; called when the options are right.
        now: the wall clock, for endpoints that do not tell the time.
        watch: told what is looked at, and nothing in the end.

    Raises:
        UsageError: an option is wrong, or there is no such table; nothing was looked at then.
    """
    output = Output(asked.json_to)
    output.check()
    wanted, accepted = _wanted(asked, now()), _accepted(asked.accept)
    matrix = read_matrix(asked.matrix) if asked.matrix else None
    events_s = None if asked.events is None else parse_duration(asked.events)
    looker = open_looker()
    try:
        seen = _look(asked, looker, now, events_s, watch)
    finally:
        watch("")
        looker.close()
    where = looker.place.endpoint_url or "AWS"
    at = max(here.now_at for here, _ in seen.values())
    done = audit(seen, wanted, accepted, matrix, Looked(where, at))
    _tell(done, asked, output)
    return exit_code(done)


def exit_code(done: Audit) -> ExitCode:
    """1 where something was found, else 2 where something could not be looked at, or nothing was; else 0."""
    if done.of(Answer.FOUND):
        return ExitCode.FAIL
    return ExitCode.UNKNOWN if done.of(Answer.UNKNOWN) or not done.tables else ExitCode.PASS


def _wanted(asked: Auditing, now_at: float) -> Wanted:
    """What is asked for; drills are as old as the wall clock says, by which they are named."""
    if asked.form not in FORMATS:
        raise UsageError(f"--format {asked.form!r} is no format", f"Write one of {', '.join(FORMATS)}.")
    if bool(asked.tables) == asked.everything:
        raise UsageError("which tables?", "Name tables, or say --all; not both.")
    if asked.period is not None and not 1 <= asked.period <= LONGEST_PERIOD:
        raise UsageError(f"--period is {asked.period}", f"Give days, from 1 to {LONGEST_PERIOD}.")
    for name in asked.expect:
        if name not in list(Expected):
            raise UsageError(f"--expect {name!r} is nothing that is looked for", f"Write one of {', '.join(Expected)}.")
    if asked.drills is not None and not asked.drills.is_dir():
        raise UsageError(f"--drills {asked.drills} is no folder", "Name the folder that run folders are in.")
    last = last_passed(begun_by(now_at, runs_below(asked.drills))) if asked.drills else None
    return Wanted(
        period_days=asked.period,
        copy_age_s=None if asked.copy_age is None else parse_duration(asked.copy_age),
        drill_age_s=parse_duration(asked.drill_age),
        expected=frozenset(Expected(name) for name in asked.expect),
        drills_read=asked.drills is not None,
        drilled_ago_s=now_at - last.at if last else None,
        drill=last.name if last else "",
    )


def _accepted(accept: Sequence[str]) -> Mapping[str, str]:
    ids = {known: rule.id for rule in ALL_RULES for known in (rule.id, rule.name)}
    found: dict[str, str] = {}
    for each in accept:
        rule, _, reason = each.partition("=")
        if rule not in ids or not reason.strip():
            raise UsageError(
                f"--accept {each!r} is no RULE=REASON",
                f"Name a rule ({', '.join(f'{rule.id} {rule.name}' for rule in ALL_RULES)}), and why it is accepted.",
            )
        found[ids[rule]] = reason.strip()
    return found


def _look(
    asked: Auditing, looker: Looker, now: Callable[[], float], events_s: float | None, watch: Callable[[str], None]
) -> Seen:
    home = looker.place.region
    named = [_place(table, asked.regions or (home,)) for table in asked.tables]
    regions = list(dict.fromkeys([*asked.regions, *(region for _, places in named for region in places)])) or [home]
    seen: Seen = {}
    for region in regions:
        watch(f"{region}: what is beside the tables")
        here = read_region(looker.client, region, now())
        names = _names(here, asked.everything, [name for name, places in named if region in places])
        read = partial(read_table, looker.client, region, asked=Asked(here.now_at, events_s, tuple(regions)))
        tables = []
        for name in names:
            watch(f"{region}: {name}")
            tables.append(read(name))
        seen[region] = here, tables
    return seen


def _place(table: str, regions: Sequence[str]) -> tuple[str, Sequence[str]]:
    """A table's name and the Regions that it is looked for in: its ARN's own."""
    if not table.startswith("arn:"):
        return table, regions
    parts = table.split(":", 5)
    if len(parts) < 6 or parts[2] != "dynamodb" or not parts[5].startswith("table/"):
        raise UsageError(f"{table} is not the ARN of a table", "It reads arn:aws:dynamodb:REGION:ACCOUNT:table/NAME.")
    return parts[5].removeprefix("table/").partition("/")[0], (parts[3],)


def _names(here: RegionSeen, everything: bool, named: Sequence[str]) -> list[str]:  # noqa: FBT001 -- as it was asked for
    """The tables of a Region that are looked at; of all, those of drills are left out.

    Raises:
        UsageError: one that was named is not there.
    """
    if everything:
        return sorted(name for name in here.tables or () if not name.startswith(OF_DRILLS))
    if here.tables is not None:
        for name in named:
            if name not in here.tables:
                raise UsageError(f"there is no table {name} in {here.region}", "See --region and --endpoint, or --all.")
    return list(named)


def _tell(done: Audit, asked: Auditing, output: Output) -> None:
    json = done.model_dump_json(indent=1) + "\n"
    screen = screen_of(output.stream)
    match asked.form:
        case "json":
            text = json
        case "sarif":
            text = to_sarif(done, asked.declared_in)
        case "emf":
            text = to_metrics(done)
        case _:
            text = to_text(text_of(done), screen)
    if asked.json_to is None:
        say(text, sys.stdout)
    else:
        output.document(text, json)
