"""The rule that a table can be brought back at all, from every kind of disaster that can happen to it."""

from collections.abc import Sequence

from .facts import RegionSeen, TableSeen
from .rule import FINE, Rule, Said, Severity, Wanted, found, unknown
from .ways import TITLES, Kind, Open, applies, verdict, ways_back

WHAT_OPENS = {
    Kind.ITEMS: "point-in-time recovery",
    Kind.EXPIRY: "point-in-time recovery",
    Kind.CIPHERTEXT: "point-in-time recovery",
    Kind.DROPPED: "deletion protection and point-in-time recovery",
    Kind.BACKUPS_DELETED: "point-in-time recovery, or copies in a locked vault or in another account",
    Kind.RECOVERY_OFF: "backups of any kind beside point-in-time recovery",
    Kind.KEY: "a key that can still be enabled",
    Kind.REGION: "a replica or a copy in another Region",
}
"""What opens a way back from each kind."""


def _ways(table: TableSeen, here: RegionSeen, _wanted: Wanted) -> Said:
    if table.status is None:
        return unknown(table.why_unseen("status"))
    came = {kind: verdict(ways_back(kind, table, here)) for kind in Kind if not applies(kind, table)}
    if shut := [kind for kind, way in came.items() if way is Open.NO]:
        needed = list(dict.fromkeys(WHAT_OPENS[kind] for kind in shut))
        return found(f"there is no way back if {_clauses(shut)}", f"It takes {'; and '.join(needed)}.")
    if open_questions := [kind for kind, way in came.items() if way is Open.UNKNOWN]:
        return unknown(f"whether there is a way back is not known if {_clauses(open_questions)}")
    return FINE


def _clauses(kinds: Sequence[Kind]) -> str:
    """`items are overwritten or deleted, or the Region is lost`."""
    clauses = [TITLES[kind].replace("items overwritten", "items are overwritten") for kind in kinds]
    return ", or ".join(clauses)


RULES = (
    Rule("DD018", "no-way-back", Severity.HIGH, "There is no way back from a kind of disaster",
         "Nothing that was seen of the table would bring it back.", _ways),
)  # fmt: skip
"""In the order in which they are told."""
