"""What `dynadrill list` and `dynadrill show` say about the things of the catalog."""

from dataclasses import fields, is_dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from . import report_text
from .catalog import Entry, Kind, entries, find, load, name_of
from .disaster import prevention_of
from .kept_pasts import KEPT_PASTS, PROMISES, told
from .quantities import format_duration
from .recovery import Recovery
from .scenario import Objectives

TITLES = {
    Kind.SCENARIO: "SCENARIOS  dynadrill run SCENARIO",
    Kind.DISASTER: "DISASTERS  dynadrill run SCENARIO --disaster NAME",
    Kind.RECOVERY: "RECOVERIES  dynadrill run SCENARIO --recovery NAME",
    Kind.VALIDATOR: "VALIDATORS  what a drill claims about the recovered table",
    Kind.FIXTURE: "FIXTURES  what a drill starts from",
}
PARTS = ("fixture", "workload", "disaster", "recovery", "objectives", "validators")


def listing() -> RenderableType:
    """Everything in the catalog, each with the first line of its docstring."""
    parts: list[RenderableType] = []
    for kind, title in TITLES.items():
        found = entries(kind)
        width = max((len(entry.name) for entry in found), default=0)
        rows = [(entry.name, entry.summary) for entry in found] or [("none", "")]
        parts += report_text.section(title, report_text.fields(rows, width))
    return Group(*parts[1:])


def shown(name: str) -> RenderableType:
    """Everything of a name: its docstring, its knobs with their defaults, and for a scenario its parts.

    Raises:
        UsageError: there is nothing of that name.
    """
    return Group(*(part for entry in find(name) for part in _one(entry)))


def _one(entry: Entry) -> list[RenderableType]:
    thing = load(entry.kind, entry.name)
    parts: list[RenderableType] = [
        Text(f"{entry.kind} {entry.name}", style="bold"),
        Padding(Text(_reflowed(entry.doc)), (0, 0, 0, 2)),
    ]
    names = [field.name for field in fields(thing)]
    if entry.kind is Kind.SCENARIO:
        parts += report_text.section("PARTS", report_text.fields(_parts(thing)))
        names = [name for name in names if name not in PARTS]
    if names:
        width = max(map(len, names))
        rows = [(name, _value(getattr(thing, name))) for name in names]
        parts += report_text.section("KNOBS", report_text.fields(rows, width))
    if entry.kind is Kind.RECOVERY:
        parts += _reach(thing)
    if entry.kind is Kind.DISASTER and (prevention := prevention_of(thing)):
        parts += report_text.section(report_text.PREVENTION, Text(prevention))
    return [*parts, Text("")]


def _reach(recovery: Recovery) -> list[RenderableType]:
    """What a recovery goes back to: its promise, and the window, lag and boundary of each past that it needs."""
    needed = [past for capability, past in KEPT_PASTS.items() if capability in recovery.needs]
    parts: list[RenderableType] = [report_text.fields([("promise", PROMISES[recovery.promise])])]
    for past in needed:
        parts += [Text(""), report_text.fields(told(past))]
    return report_text.section("HOW FAR BACK, HOW EXACTLY", *parts)


def _parts(scenario: Any) -> list[tuple[str, str]]:
    workload = scenario.workload
    named = [
        (kind.value, _named(getattr(scenario, kind), kind)) for kind in (Kind.FIXTURE, Kind.DISASTER, Kind.RECOVERY)
    ]
    validators = ", ".join(name_of(validator, Kind.VALIDATOR) for validator in scenario.validators)
    return [
        *named,
        ("workload", f"{workload.users} users, together {workload.rate_per_s:g} operations/s"),
        ("objectives", _objectives(scenario.objectives)),
        ("validators", validators or "none"),
    ]


def _named(part: object, kind: Kind) -> str:
    knobs = ", ".join(f"{field.name}={_value(getattr(part, field.name))}" for field in _knobs(part))
    return f"{name_of(part, kind)} with {knobs}" if knobs else name_of(part, kind)


def _knobs(part: object) -> list[Any]:
    """The fields of a part that differ from what its class sets anyway."""
    if not is_dataclass(part) or isinstance(part, type):
        return []
    usual: Any = type(part)()
    return [field for field in fields(part) if getattr(part, field.name) != getattr(usual, field.name)]


def _objectives(objectives: Objectives) -> str:
    asked = []
    if objectives.rpo_s is not None:
        asked.append(f"RPO {format_duration(objectives.rpo_s)}")
    if objectives.rto_s is not None:
        asked.append(f"RTO {format_duration(objectives.rto_s)}")
    if objectives.max_lost_after is not None:
        asked.append(f"at most {objectives.max_lost_after:,} writes after the strike lost")
    return ", ".join(asked) or "none"


def _value(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(_value, value)) or "none"
    return str(value) if isinstance(value, str | int | float | bool) else repr(value)


def _reflowed(doc: str) -> str:
    """A docstring with one line per paragraph, for the terminal to wrap; indented lines stay as they are."""
    paragraphs = doc.split("\n\n")
    return "\n\n".join(p if "\n " in p else " ".join(p.split("\n")) for p in paragraphs)
