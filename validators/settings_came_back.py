"""Claim: the table in service has the settings that the lost one had."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..drills.evidence import Evidence
from ..drills.parity import NOT_DYNAMODBS, Came, RowFinding, compare_settings
from ..drills.verdict import Verdict, failed, not_applicable, passed, unknown


@dataclass(frozen=True)
class SettingsCameBack:
    """All that DynamoDB keeps about a table beside its items is as it was before the disaster."""

    def check(self, evidence: Evidence) -> Verdict:
        """Compare, row by row, what was recorded when the drill was armed with what the recovered table had."""
        before, after = evidence.run.settings_before, evidence.run.settings_after
        if before is None:
            return unknown("the settings before the disaster were not recorded")
        if evidence.run.tables.restored is None and evidence.run.recovery == "nothing":
            return not_applicable("no table was restored")
        if after is None:
            return unknown("the settings of the recovered table were not seen")
        rows = list(compare_settings(before, after, evidence.run.tables.restored or evidence.run.tables.in_service))
        if (failback := evidence.run.failback) and failback.settings is not None:
            rows += compare_settings(before, failback.settings, evidence.run.tables.in_service)
        if lost := [row for row in rows if row.came is Came.DIFFERENT]:
            return failed(f"{len(lost)} of {len(rows)} settings differ: {'; '.join(_said(row) for row in lost)}")
        if unseen := [row for row in rows if row.came is Came.UNSEEN]:
            return unknown(f"{len(unseen)} of {len(rows)} settings cannot be compared: {unseen[0].because}")
        same = sum(row.came is Came.SAME for row in rows)
        return passed(f"all {same} settings that were seen are as they were{_to_review(rows)}{_not_looked_at(rows)}")


def _said(row: RowFinding) -> str:
    return f"{row.name}: was {row.was!r}, is {row.found!r} ({row.because}): {row.remedy}"


def _to_review(rows: Sequence[RowFinding]) -> str:
    found = [_said(row) for row in rows if row.came is Came.TO_REVIEW]
    return f"; to review: {'; '.join(found)}" if found else ""


def _not_looked_at(rows: Sequence[RowFinding]) -> str:
    """What nothing was said about, so that a pass is not taken for more than it is."""
    unasked = [row.name.replace("_", " ") for row in rows if row.came is Came.UNASKED]
    elsewhere = [said.partition(" (")[0] for said in NOT_DYNAMODBS]
    return f"; not looked at: {', '.join(dict.fromkeys([*unasked, *elsewhere]))}"
