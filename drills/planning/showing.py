"""A plan as people read it: what is made, what is called, how long it takes, what it costs, what has to be allowed."""

from collections.abc import Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..iam.writing import LARGEST, actions_in
from ..masking import masked
from ..quantities import format_duration
from ..report_text import LOOKS, clean
from ..verdict import Outcome
from .planned import CallPart, PermissionPart, PermissionsPart, Planned

BAR = 30


def text_of(plan: Planned) -> RenderableType:
    """The whole page."""
    parts: list[RenderableType] = [
        Text.assemble((clean(plan.subject), "bold"), (f"  on {plan.target}, home Region {plan.region}", "dim")),
        Text("from a rehearsal on the embedded machine: nothing was made or changed on the target"),
    ]
    if plan.rehearsed_verdict != "pass":
        parts.append(
            Text(f"the rehearsal ended as {plan.rehearsed_verdict}: {clean(plan.rehearsed_because)}", "yellow")
        )
    parts += [*_section("MADE, AND REMOVED AGAIN"), _resources(plan), *_section("CALLS"), calls_table(plan.calls)]
    parts += [*_section("DURATION"), _phases(plan), *_section("COST"), *_cost(plan)]
    parts += [*_section("PERMISSIONS"), *_policy(plan)]
    if plan.permissions is not None:
        parts += _permissions(plan.permissions)
    return Group(*parts)


def _section(title: str) -> list[RenderableType]:
    return [Text(""), Text(title, style="bold")]


def _rows() -> Table:
    return Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))


def _resources(plan: Planned) -> Table:
    rows = _rows()
    for resource in plan.resources:
        rows.add_row(f"  {resource.kind}", Text(masked(resource.name), overflow="fold"), Text(resource.region, "dim"))
    return rows


def calls_table(all_calls: Sequence[CallPart]) -> Table:
    """What is called: a row for each service in each Region."""
    rows = _rows()

    def asked_of(call: CallPart) -> tuple[str, str]:
        return call.service, call.region

    for (service, region), calls in groupby(sorted(all_calls, key=asked_of), asked_of):
        names = ", ".join(call.operation for call in calls)
        rows.add_row(f"  {service}", Text(names, overflow="fold"), Text(region, "dim"))
    return rows


def _phases(plan: Planned) -> Table:
    rows = _rows()
    for phase in plan.phases:
        bar = "█" * max(1, round(BAR * phase.modelled_s / max(plan.modelled_s, 1)))
        rows.add_row(f"  {phase.name}", Text(format_duration(phase.modelled_s), justify="right"), Text(bar, "dim"))
    total = Text(format_duration(plan.modelled_s), justify="right")
    rows.add_row("  all", total, Text("by the embedded machine's model; AWS promises no durations", "dim"))
    return rows


def _cost(plan: Planned) -> list[RenderableType]:
    lines: list[RenderableType] = [
        Text(f"  about {plan.estimated_usd:.4f} USD at AWS's list prices, rounded up; an estimate, and no bill")
    ]
    if plan.unconfirmed_prices:
        lines.append(Text(f"  not confirmed: the prices of {', '.join(plan.unconfirmed_prices)}", style="dim"))
    return lines


def _policy(plan: Planned) -> list[RenderableType]:
    size = len(clean(str(plan.policy)).replace(" ", ""))
    lines: list[RenderableType] = [
        Text(
            f"  {len(actions_in(plan.policy))} actions in {len(plan.policy['Statement'])} statements; --policy FILE"
            " writes the policy as IAM takes it"
        )
    ]
    if size > LARGEST:
        lines.append(
            Text(f"  its {size} characters are more than the {LARGEST} of one managed policy: split it", "yellow")
        )
    return lines


def _permissions(found: PermissionsPart) -> list[RenderableType]:
    outcome = Outcome.FAIL if found.missing else Outcome.UNKNOWN if found.unknown else Outcome.PASS
    look = LOOKS[outcome]
    told = f"{found.allowed} allowed, {len(found.missing)} missing, {len(found.unknown)} unknown: {found.how}"
    lines: list[RenderableType] = [Text(f"  {look.sign} {clean(told)}", style=look.style)]
    for word, parts in (("missing", found.missing), ("unknown", found.unknown)):
        lines += _by_resource(word, parts)
    return lines


def _by_resource(word: str, parts: tuple[PermissionPart, ...]) -> list[RenderableType]:
    """A resource a line, and below it what cannot be done with it."""
    actions: dict[str, list[str]] = {}
    for part in parts:
        actions.setdefault(part.resource, []).append(part.action)
    return [
        line
        for resource, names in actions.items()
        for line in (
            Text(f"  {word} on {masked(resource)}", overflow="fold"),
            Padding(Text(", ".join(sorted(names))), (0, 0, 0, 4)),
        )
    ]
