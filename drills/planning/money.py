"""What a drill costs, from what its rehearsal used: an estimate that errs on the side of too much."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import ceil
from typing import Any

import orjson

from ..checking.record import CostRecord
from ..costs.estimate import (
    A_MONTH_S,
    SMALLEST_INCREMENTAL_EXPORT,
    Size,
    Use,
    copied,
    estimate,
    exported,
    exported_changes,
    imported,
    kept_backups,
    point_in_time_month,
    requests_to_s3,
    restored,
)
from ..costs.prices import Prices
from ..iam.asked import Asked
from ..plan import Plan
from ..targets.meter import Budget
from .rehearsal import ITEMS, RATE_PER_S, CallKind, Rehearsal, read_units_at_most, write_units

SMALLEST_ITEM = 100
"""An item takes at least so much of a table, in bytes: what AWS bills for storage beside it is part of that."""

INCREMENTAL = "INCREMENTAL_EXPORT"
NOTHING: Mapping[str, Any] = {}
MARGIN = 2
"""Everything may take so many times as long as in the rehearsal, whose durations are a model's."""

SMALLEST_STAY_S = 3600.0
"""Whatever is kept is priced for an hour at least."""


def cost_of_drill(plan: Plan, rehearsal: Rehearsal, prices: Prices, region: str) -> CostRecord:
    """What a drill costs, in US dollars, rounded up to a hundredth of a cent.

    What a rehearsal reads and writes is scaled up to the drill's items or rate, whichever is more.
    """
    found = estimate(_uses(plan, rehearsal, region), prices)
    unconfirmed = tuple(sorted({line.why for line in found.unconfirmed}))
    return CostRecord(estimated_usd=ceil(found.usd * 10_000) / 10_000, billed=True, unconfirmed=unconfirmed)


def size_of(plan: Plan) -> Size:
    """How large the drill's table is: its items as JSON, longer than DynamoDB counts, and its indexes in full."""
    items = plan.scenario.fixture.items(plan.seed, min(plan.items, 100))
    sizes = [max(len(orjson.dumps(item)), SMALLEST_ITEM) for item in items]
    total = int(sum(sizes) / max(1, len(sizes)) * plan.items)
    table: Any = plan.scenario.fixture.table()
    local, indexes = (len(table.get(f"{kind}SecondaryIndexes", ())) for kind in ("Local", "Global"))
    return Size(total, total * local, total * indexes)


def budget_of_drill(plan: Plan, rehearsal: Rehearsal, limit_usd: float, prices: Prices, region: str) -> Budget:
    """A drill's budget: its calls as they are made, and its users in other processes by their rate."""
    found = budget_of(size_of(plan), limit_usd, prices, region, rehearsal.replicas)
    if plan.pace == "virtual":  # its users' calls are among those of the drill's own process
        return found
    indexes = 1 + len(plan.scenario.fixture.table().get("GlobalSecondaryIndexes", ()))
    uses = [*_of_writes(2 * indexes, rehearsal.replicas, region), Use("read", 2, region)]
    each = estimate(uses, prices).usd
    return replace(found, usd_per_s=plan.rate_per_s * each)


def budget_of(size: Size, limit_usd: float, prices: Prices, region: str, replicas: int = 0) -> Budget:
    """A budget for what is done with a table of a size: calls by what they do, reads by what they consumed.

    `replicas` are those that the table has beside itself: a write is paid for in each of them, too.
    """

    def of_call(service: str, operation: str, parameters: Mapping[str, Any]) -> float:
        asked = Asked(service, operation, parameters, "", region)
        uses = [
            *_of_calls(CallKind(service, operation, region), 1, size, region, SMALLEST_STAY_S, parameters),
            *_of_writes(write_units(asked), replicas, region),
            Use("read", read_units_at_most(asked, size), region),
        ]
        return estimate(uses, prices).usd

    return Budget(limit_usd, of_call, usd_per_read_unit=estimate([Use("read", 1, region)], prices).usd)


def _uses(plan: Plan, rehearsal: Rehearsal, region: str) -> Iterator[Use]:
    size = size_of(plan)
    scale = max(plan.items / min(plan.items, ITEMS), plan.rate_per_s / min(plan.rate_per_s, RATE_PER_S))
    indexes = 1 + len(plan.scenario.fixture.table().get("GlobalSecondaryIndexes", ()))
    yield from _of_writes(rehearsal.writes * scale * indexes * MARGIN, rehearsal.replicas, region)
    yield Use("read", rehearsal.reads * scale * MARGIN, region, "reads")
    stay_s = max(rehearsal.lasted_s * MARGIN, SMALLEST_STAY_S)
    tables = sum(thing.kind in {"table", "replica"} for thing in rehearsal.things)
    yield Use("storage", size.restored_gb * tables * stay_s / A_MONTH_S, region, "tables, while they are there")
    yield _of_replicas(rehearsal.replicas, size, region)
    for kind, times in rehearsal.calls.items():
        yield from _of_calls(kind, times, size, region, stay_s)


def _of_writes(units: float, replicas: int, region: str) -> Iterator[Use]:
    """Write units, each of which is paid for once more in every replica.

    Developer Guide, "Understanding Amazon DynamoDB billing for global tables".
    """
    yield Use("write", units, region, "writes")
    if replicas:
        yield Use("replicated_write", units * replicas, region, "writes replicated to other Regions")


def _of_calls(  # noqa: PLR0913, PLR0917 -- a call, how often it is made, and of what
    kind: CallKind, times: int, size: Size, region: str, stay_s: float, parameters: Mapping[str, Any] = NOTHING
) -> Iterator[Use]:
    match kind.service, kind.operation:
        case ("dynamodb", "RestoreTableToPointInTime" | "RestoreTableFromBackup") | ("backup", "StartRestoreJob"):
            one = restored(size, region)
            yield one._replace(quantity=one.quantity * times, why="restores")
        case ("dynamodb", "CreateBackup") | ("backup", "StartBackupJob"):
            yield kept_backups([(size.items + size.local_indexes, times * stay_s / A_MONTH_S)], region)
        case "backup", "StartCopyJob":
            yield copied(size, times, region)
        case "dynamodb", "ExportTableToPointInTime":
            yield from _of_exports(times, size, region, parameters)
        case "dynamodb", "ImportTable":
            one = imported(size, region)
            yield one._replace(quantity=one.quantity * times)
        case "dynamodb", "UpdateContinuousBackups":
            month = point_in_time_month(size, region)
            yield month._replace(quantity=month.quantity * stay_s / A_MONTH_S, why="point-in-time recovery")
        case "s3", operation if not operation.startswith("Delete"):
            gets = times if operation.startswith(("Get", "Head")) else 0
            yield from requests_to_s3(gets, times - gets, region)
        case "dynamodb", "UpdateTable":
            made = sum("Create" in each for each in parameters.get("ReplicaUpdates", ()))
            yield _of_replicas(times * made, size, region)
        case "kms", "CreateKey":
            yield Use("kms_key", times, region, "a key of KMS, priced for a month")


def _of_replicas(made: int, size: Size, region: str) -> Use:
    """Replicas of a table that are made, each billed like a restore of it.

    Prescriptive Guidance, "Using DynamoDB global tables: FAQ"; what is empty when they are made is priced as if it
    were full.
    """
    one = restored(size, region)
    return one._replace(quantity=one.quantity * made, why="replicas that are made")


def _of_exports(times: int, size: Size, region: str, parameters: Mapping[str, Any]) -> Iterator[Use]:
    """Where it is not known which kind it is, it is both: an incremental one is billed for 10 MB at least."""
    if parameters.get("ExportType") != INCREMENTAL:
        full = exported(size, region)
        yield full._replace(quantity=full.quantity * times, why="exports")
    if parameters is NOTHING or parameters.get("ExportType") == INCREMENTAL:
        yield exported_changes(SMALLEST_INCREMENTAL_EXPORT, times, region)
