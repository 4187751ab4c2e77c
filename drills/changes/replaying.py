"""Replaying: what users wrote to the old table since the restore point is written to the new one, the damage is not."""

from collections.abc import Mapping, Sequence

from ..recovery import RecoveryTools
from ..values import Change, Item, Key
from .applying import Applier
from .capture import Capture
from .damage import Damage
from .draining import drain
from .merging import held, merged, over_damage
from .records import ChangeRecord

MARGIN_S = 2.0
"""How much before the restore point the replay begins: which writes of its second a restore has is not documented, and
what it has already is written again as it was."""

FEW = 50
"""So many changes are left to the end, when users are held."""

MOST_ROUNDS = 100
APPLIED = "changes_applied"
"""Under what name it is kept how many of the captured changes are in the new table."""


class Replay:
    """Brings a restored table up to date with what users write to the old one.

    Whole items are written, each key's last one, so that it can be done again; of each key its changes come in the
    order of its writes. What the damage wrote is left out.

    Args:
        tools: of the recovery; `new_table` is written to.
        damage: what is left out.
        point_at: the restore point.
    """

    def __init__(self, tools: RecoveryTools, damage: Damage, point_at: float) -> None:
        self.tools, self.damage, self.point_at = tools, damage, point_at
        self.capture = Capture(tools)
        self.bad: frozenset[tuple[Key, str]] = frozenset()
        self.over: Mapping[tuple[Key, str], Item | None] = {}
        self.applier = Applier(tools.write, tools.new_table, tools.clock)

    def go_on(self) -> None:
        """Replay what there is, again and again, until little is new."""
        for _ in range(MOST_ROUNDS):
            self.capture.catch_up()
            if self._apply_new() <= FEW:
                return

    def finish(self) -> None:
        """Replay the rest, when nobody writes to the old table any more: all of it, for certain."""
        self.drain()
        self._apply_new()

    def drain(self) -> None:
        """Read the old table's stream to its end."""
        markers = drain(self.tools, self.capture)
        self.tools.progress(f"the stream was read to its end, as {markers} markers show")

    def wanted(self, records: Sequence[ChangeRecord]) -> list[Change]:
        """What is to be written: every change since the point, but for the damage's, and for what it left in items."""
        right: dict[Key, Item | None] = {}
        changes: list[Change] = []
        for record in records:
            one = record.key, record.sequence
            if record.at < self.point_at - MARGIN_S or one in self.bad:
                continue
            value = record.new
            if one in self.over:
                before = (
                    right[record.key] if record.key in right else held(self.tools, self.tools.new_table, record.key)
                )
                value = merged(record.key, self.over[one], record.new, before)
            right[record.key] = value
            changes.append(Change(record.key, value))
        return changes

    def _apply_new(self) -> int:
        """Write what was captured since the last time; answers how many changes that were."""
        captured = self.capture.changes()
        self.bad = self.damage.among(captured)
        self.over = over_damage(captured, self.bad)
        new = captured[int(self.tools.kept.get(APPLIED, "0")) :]
        self.applier.apply(self.wanted(new))
        self.tools.kept[APPLIED] = str(len(captured))
        return len(new)
