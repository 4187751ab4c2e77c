"""The claims that every drill about items makes, in the order in which a report lists them."""

from ..drills.scenario import Validator
from .consistent_cut import ConsistentCut
from .counts_agree import CountsAgree
from .damage_done import DamageDone
from .evidence_whole import EvidenceWhole
from .few_undecided import FewUndecided
from .indexes_agree import IndexesAgree
from .key_distribution import KeyDistribution
from .later_writes_kept import LaterWritesKept
from .lost_little import LostLittle
from .no_contamination import NoContamination
from .nothing_missing import NothingMissing
from .nothing_stale import NothingStale
from .nothing_unexpected import NothingUnexpected
from .recovered_in_time import RecoveredInTime
from .settings_came_back import SettingsCameBack
from .table_in_reach import TableInReach
from .transactions_whole import TransactionsWhole
from .users_went_back import UsersWentBack
from .users_work_again import UsersWorkAgain
from .written_before_strike import WrittenBeforeStrike

STANDARD: tuple[Validator, ...] = (
    TableInReach(),
    NothingMissing(),
    NoContamination(),
    NothingStale(),
    NothingUnexpected(),
    CountsAgree(),
    KeyDistribution(),
    TransactionsWhole(),
    ConsistentCut(),
    IndexesAgree(),
    SettingsCameBack(),
    UsersWorkAgain(),
    UsersWentBack(),
    LostLittle(),
    LaterWritesKept(),
    RecoveredInTime(),
    EvidenceWhole(),
    WrittenBeforeStrike(),
    DamageDone(),
    FewUndecided(),
)
