"""Scenario: damage that is found months later, and a backup that is archived every quarter."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.contracts import Contracts
from ..validators.standard import STANDARD
from .disasters.overwrite import Overwrite
from .recoveries.on_demand_backup import OnDemandBackup

A_DAY_S = 86_400.0


@dataclass(frozen=True)
class QuarterlyArchive:
    """A backup of contracts is archived every quarter for ten years; an audit finds zeros that are 100 days old.

    A batch job had written them. By then another backup has been archived, which holds them too: the newest is not the
    one to restore. Everything written since the newest good one is lost, by design: an RPO of 92 days is asked for, and
    no RTO.
    """

    fixture: Fixture = Contracts()
    workload: Workload = Workload(rate_per_s=0.0001, warm_up_s=45 * A_DAY_S)
    disaster: Disaster = Overwrite(attribute="worth")
    recovery: Recovery = OnDemandBackup(every_s=91 * A_DAY_S, kept_s=10 * 365 * A_DAY_S)
    objectives: Objectives = Objectives(rpo_s=92 * A_DAY_S)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_767_261_600.0
    """2026-01-01T10:00:00Z"""
    notice_s: float = 100 * A_DAY_S
    decide_s: float = A_DAY_S
    expected: Expected | None = None
