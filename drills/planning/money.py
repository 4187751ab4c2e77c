"""What a drill costs, from what its rehearsal used: an estimate that errs on the side of too much."""

from collections.abc import Iterator
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
    restored,
)
from ..costs.prices import Prices
from ..plan import Plan
from .rehearsal import CallKind, Rehearsal

SMALLEST_ITEM = 100
"""An item takes at least so much of a table, in bytes: what AWS bills for storage beside it is part of that."""

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


def _uses(plan: Plan, rehearsal: Rehearsal, region: str) -> Iterator[Use]:
    size = size_of(plan)
    rehearsed_rate = min(plan.rate_per_s, 5.0)
    scale = max(plan.items / min(plan.items, 60), plan.rate_per_s / rehearsed_rate)
    indexes = 1 + len(plan.scenario.fixture.table().get("GlobalSecondaryIndexes", ()))
    yield Use("write", rehearsal.writes * scale * indexes, region, "writes")
    yield Use("read", rehearsal.reads * scale, region, "reads")
    stay_s = max(rehearsal.lasted_s, SMALLEST_STAY_S)
    tables = sum(thing.kind in {"table", "replica"} for thing in rehearsal.things)
    yield Use("storage", size.restored_gb * tables * stay_s / A_MONTH_S, region, "tables, while they are there")
    for kind, times in rehearsal.calls.items():
        yield from _of_calls(kind, times, size, region, stay_s)


def _of_calls(kind: CallKind, times: int, size: Size, region: str, stay_s: float) -> Iterator[Use]:
    match kind.service, kind.operation:
        case "dynamodb", "RestoreTableToPointInTime" | "RestoreTableFromBackup":
            one = restored(size, region)
            yield one._replace(quantity=one.quantity * times, why="restores")
        case "backup", "StartRestoreJob":
            one = restored(size, region)
            yield one._replace(quantity=one.quantity * times, why="restores")
        case ("dynamodb", "CreateBackup") | ("backup", "StartBackupJob"):
            yield kept_backups([(size.items + size.local_indexes, times * stay_s / A_MONTH_S)], region)
        case "backup", "StartCopyJob":
            yield copied(size, times, region)
        case "dynamodb", "ExportTableToPointInTime":
            # Which kind is not told here: an incremental one is billed for 10 MB at least.
            full = exported(size, region)
            yield full._replace(quantity=full.quantity * times, why="exports")
            yield exported_changes(SMALLEST_INCREMENTAL_EXPORT, times, region)
        case "dynamodb", "ImportTable":
            one = imported(size, region)
            yield one._replace(quantity=one.quantity * times)
        case "dynamodb", "UpdateContinuousBackups":
            month = point_in_time_month(size, region)
            yield month._replace(quantity=month.quantity * stay_s / A_MONTH_S, why="point-in-time recovery")
        case "kms", "CreateKey":
            yield Use("kms_key", times, region, "a key of KMS, priced for a month")
