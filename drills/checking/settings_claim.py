"""Claim: of the settings nothing is lost that a restore has to bring, or that was put back on the copy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..defects import ControlResult
from ..parity import ALWAYS_SEEN, NOT_DYNAMODBS, ROWS, Came, RowFinding, compare_settings
from ..runrecord import SettingsRecord
from ..verdict import Outcome, Verdict, failed, passed, unknown
from .record import CheckRecord
from .result import SettingFigures

RESTORED = "RESTORED_TABLE"
"""What stands in commands for the table that a real recovery restores."""


@dataclass(frozen=True)
class SettingsFound:
    """What became of every setting."""

    verdict: Verdict
    rows: tuple[SettingFigures, ...] = ()
    proof: ControlResult = ControlResult(0, ())


def check_settings(record: CheckRecord) -> SettingsFound:
    """Compare every setting of the table with that of the copy, and prove that a difference in each would be found."""
    before, after = record.settings_before, record.settings_after
    if before is None or after is None:
        return SettingsFound(unknown("the settings of the restored table were not seen"))
    rows = _rows(record, compare_settings(before, after, RESTORED))
    return SettingsFound(_verdict(rows), rows, _proved(record, before))


def _rows(record: CheckRecord, found: Sequence[RowFinding]) -> tuple[SettingFigures, ...]:
    return tuple(_row(record, row) for row in found)


def _row(record: CheckRecord, row: RowFinding) -> SettingFigures:
    if row.came is Came.TO_REVIEW or (row.came is Came.DIFFERENT and row.name in record.left_out):
        because = record.left_out.get(row.name, row.because)
        return SettingFigures(name=row.name, came="left out", because=because, remedy=row.remedy)
    if row.came is Came.SAME and row.name in record.put_back:
        remedy = f"aws {ROWS[row.name].service} {ROWS[row.name].command(RESTORED, row.was)}"
        return SettingFigures(name=row.name, came="put back", because="dropped by the restore", remedy=remedy)
    came: Any = row.came.value
    return SettingFigures(name=row.name, came=came, because=row.because, remedy=row.remedy)


def _verdict(rows: Sequence[SettingFigures]) -> Verdict:
    by: dict[str, list[SettingFigures]] = {}
    for row in rows:
        by.setdefault(row.came, []).append(row)
    if lost := by.get("different"):
        said = "; ".join(f"{row.name} ({row.because}): {row.remedy}" for row in lost)
        return failed(f"{len(lost)} of {len(rows)} settings differ: {said}")
    if unseen := by.get("unseen"):
        return unknown(f"{len(unseen)} of {len(rows)} settings cannot be compared: {unseen[0].because}")
    parts = [f"{len(by.get('same', ()))} settings are as they were"]
    for came, words in (("put back", "put back and seen"), ("left out", "left out on purpose")):
        if found := by.get(came):
            parts.append(f"{len(found)} {words} ({', '.join(row.name for row in found)})")
    asked = [row.name for row in by.get("unasked", ())]
    elsewhere = [said.partition(" (")[0] for said in NOT_DYNAMODBS]
    return passed(f"{', '.join(parts)}; not looked at: {', '.join([*asked, *elsewhere])}")


OTHER: Mapping[str, Any] = {
    "stream_view": "planted",
    "ttl_attribute": "planted",
    "tags": {"planted": "planted"},
    "recovery_period_days": 36,
    "deletion_protection": None,
    "table_class": "planted",
    "resource_policy": "planted",
    "contributor_insights": {"planted": "planted"},
    "kinesis_destinations": {"planted": "planted"},
    "replicas": ("planted",),
    "indexes": ("planted",),
    "billing_mode": "planted",
    "capacity": {"planted": (1, 1)},
    "on_demand_limits": {"planted": (1, 1)},
    "encryption": "planted",
    "auto_scaling_policies": {"planted": "planted"},
    "cloudwatch_alarms": ("planted",),
}
"""A value of each setting that no table has; `deletion_protection` is turned round. Warmth is only ever reviewed."""


def _proved(record: CheckRecord, before: SettingsRecord) -> ControlResult:
    """Plant a difference in each setting, as if nothing were left out: each must break the claim, and no other."""
    strict = record.model_copy(update={"left_out": {}})
    unseen = [name for name in OTHER if name not in ALWAYS_SEEN and getattr(before, name) is None]
    whole = before.model_copy(update={name: type(OTHER[name])() for name in unseen})
    missed: list[str] = []
    for name, value in OTHER.items():
        planted = not before.deletion_protection if name == "deletion_protection" else value
        rows = _rows(strict, compare_settings(whole, whole.model_copy(update={name: planted}), RESTORED))
        named = [row.name for row in rows if row.came == "different"]
        if named != [name] or _verdict(rows).outcome is not Outcome.FAIL:
            missed.append(f"setting {name}")
    return ControlResult(len(OTHER), tuple(missed))
