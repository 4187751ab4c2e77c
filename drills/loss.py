"""What was lost: the good writes that did not come back, and the RPO measured from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from .cut import Cut
from .diff import Seen
from .history import GOOD, Told, Write
from .ledger import WritesByKey
from .values import ABSENT


@dataclass(frozen=True)
class Loss:
    """The good acknowledged writes to the old table that did not come back.

    `before` were told by the strike, `after` later. `measured_s` is how long before the strike the earliest lost one
    was asked, 0 where none was lost; `at_most_s` how far the measured point lies before the strike: no write older
    than that is lost. With `holes`, writes told before the promised boundary began are lost too: that is no RPO, and
    both figures are None.
    """

    before: Sequence[Write]
    after: Sequence[Write]
    measured_s: float | None
    at_most_s: float | None
    after_s: float | None
    holes: bool


def measure_loss(
    old_table: WritesByKey,
    recovered: Seen,
    struck_at: float,
    cut: Cut | None,
    promised: tuple[float, float] | None,
) -> Loss:
    """Count what was lost.

    Args:
        old_table: everybody's writes to the table that was struck.
        recovered: the recovered table as it went into service.
        struck_at: the instant of the disaster's first write or call.
        cut: the measured restore point.
        promised: the promised boundary, from and to; None where no point was promised.
    """
    lost = [write for key_writes in old_table.values() for write in _lost(key_writes, recovered)]
    before = sorted((w for w in lost if w.told_at is not None and w.told_at <= struck_at), key=lambda w: w.asked_at)
    after = [w for w in lost if w.told_at is not None and w.told_at > struck_at]
    holes = promised is not None and any(write.told_at is not None and write.told_at < promised[0] for write in before)
    measured_s = max(round(struck_at - before[0].asked_at, 6), 0.0) if before else 0.0
    return Loss(
        before=before,
        after=after,
        measured_s=None if holes else measured_s,
        at_most_s=None if holes else _at_most(struck_at, cut, promised),
        after_s=round(max(w.told_at or -inf for w in after) - struck_at, 6) if after else None,
        holes=holes,
    )


def _lost(key_writes: Sequence[Write], recovered: Seen) -> list[Write]:
    """The good acknowledged writes of one key before which the recovered table shows it for certain.

    The key shows one of the writes that could have left what is seen. A write is lost when each of those was told
    before it was asked; where nothing good could have left it, every write is lost.
    """
    if not key_writes:
        return []
    row = recovered.rows.get(key_writes[0].key)
    value = ABSENT if row is None else row.digest
    good = [write for write in key_writes if write.who in GOOD and write.outcome is not Told.FAIL]
    causes = [write for write in good if write.digest == value]
    if any(cause.told_at is None for cause in causes):
        return []
    shown_until = max((cause.told_at for cause in causes if cause.told_at is not None), default=-inf)
    read_at = recovered.window(row)[0]
    return [
        write
        for write in good
        if write.outcome is Told.OK
        and write.asked_at > shown_until
        and not (value == ABSENT and write.expires_at is not None and write.expires_at <= read_at)
    ]


def _at_most(struck_at: float, cut: Cut | None, promised: tuple[float, float] | None) -> float | None:
    if cut is None:
        return None
    begins_at = cut.from_at
    if promised is not None and cut.meets(*promised):
        begins_at = max(begins_at, promised[0])
    return None if begins_at == -inf else max(round(struck_at - begins_at, 6), 0.0)


def lost_after(cut_over_at: float, everything: WritesByKey, in_service: Seen) -> int:
    """How many good acknowledged writes, asked after the cutover to whichever table, the table in service lacks."""
    return sum(write.asked_at > cut_over_at for writes in everything.values() for write in _lost(writes, in_service))
