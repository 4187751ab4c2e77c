"""Claim: the table in service has the settings that the lost one had."""

from dataclasses import dataclass

from ..drills.evidence import Evidence
from ..drills.runrecord import SettingsRecord
from ..drills.verdict import Verdict, failed, not_applicable, passed, unknown


@dataclass(frozen=True)
class SettingsCameBack:
    """Stream, TTL, tags, point-in-time recovery and deletion protection are as they were before the disaster."""

    def check(self, evidence: Evidence) -> Verdict:
        """Compare what was recorded when the drill was armed with what the recovered table had."""
        before, after = evidence.run.settings_before, evidence.run.settings_after
        if before is None:
            return unknown("the settings before the disaster were not recorded")
        if evidence.run.tables.restored is None and evidence.run.recovery == "nothing":
            return not_applicable("no table was restored")
        if after is None:
            return unknown("the settings of the recovered table were not seen")
        names = list(SettingsRecord.model_fields)
        lost = [name for name in names if getattr(before, name) != getattr(after, name)]
        if lost:
            found = "; ".join(f"{n}: was {getattr(before, n)!r}, is {getattr(after, n)!r}" for n in lost)
            return failed(f"{len(lost)} of {len(names)} settings differ: {found}")
        return passed(f"all {len(names)} settings are as they were")
