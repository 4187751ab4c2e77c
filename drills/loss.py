"""What was lost: the good writes that did not come back, and the RPO measured from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from .cut import Cut
from .diff import Seen
from .history import Told, Write
from .ledger import WritesByKey
from .snapshot import Row
from .values import ABSENT


@dataclass(frozen=True)
class Loss:
    """The good acknowledged writes to the old table that did not come back.

    `before` were told by the strike, `after` later. `measured_s` is how long before the strike the earliest lost one
    was asked, 0 where none was lost; `at_most_s` how far the measured point lies before the strike, and in any case
    the earliest write that was on its way at that point and may be lost: no write older than that is. With `holes`,
    writes told before the promised boundary began are lost too: that is no RPO, and both figures are None.
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
    bounds = None if cut is None else bounds_of(cut, promised)
    lost, maybe_lost = _lost(old_table, recovered, bounds)
    before = sorted(_told_by(struck_at, lost), key=lambda write: write.asked_at)
    after = [write for write in lost if write.told_at is not None and write.told_at > struck_at]
    holes = promised is not None and any(write.told_at is not None and write.told_at < promised[0] for write in before)
    asked = [write.asked_at for write in before[:1]]
    at_most_s = None
    if bounds is not None and not holes:
        maybe_asked = [write.asked_at for write in _told_by(struck_at, maybe_lost)]
        at_most_s = _before(struck_at, [bounds[1], *asked, *maybe_asked])
    return Loss(
        before=before,
        after=after,
        measured_s=None if holes else _before(struck_at, asked),
        at_most_s=at_most_s,
        after_s=round(max(w.told_at or -inf for w in after) - struck_at, 6) if after else None,
        holes=holes,
    )


def lost_after(cut_over_at: float, everything: WritesByKey, in_service: Seen) -> int:
    """How many good acknowledged writes, asked after the cutover to whichever table, the table in service lacks."""
    lost, _ = _lost(everything, in_service, None)
    return sum(write.asked_at > cut_over_at for write in lost)


def _told_by(at: float, writes: Iterable[Write]) -> list[Write]:
    return [write for write in writes if write.told_at is not None and write.told_at <= at]


def bounds_of(cut: Cut, promised: tuple[float, float] | None) -> tuple[float, float] | None:
    """The instant from before which no key can be, and the start of the measured point: the promised one's, if later.

    A promise that the data contradicts says nothing. None where the keys have no single instant in common and the
    promise does not bound them either, or where nothing bounds that instant.
    """
    if promised is not None and cut.meets(*promised) and cut.spread_s <= promised[1] - promised[0]:
        return promised[0], promised[0] if cut.spread_s else max(cut.from_at, promised[0])
    return None if cut.spread_s or cut.from_at == -inf else (cut.from_at, cut.from_at)


def _lost(
    writes_by_key: WritesByKey, recovered: Seen, bounds: tuple[float, float] | None
) -> tuple[list[Write], list[Write]]:
    """The good acknowledged writes before which the table shows their key for certain; and those for which it may.

    A key shows one of the writes that could have left what is seen. A write is lost when each of those was told
    before it was asked; where nothing good could have left it, every write is lost. Of those that may be lost only the
    ones count that were told after the first bound, before which no key can be, and asked by the second.
    """
    lost: list[Write] = []
    maybe_lost: list[Write] = []
    since, by = bounds or (inf, -inf)
    for key, writes in writes_by_key.items():
        row = recovered.rows.get(key)
        causes = _causes(writes, row, recovered.began_at)
        shown_until = max([inf if cause.told_at is None else cause.told_at for cause in causes], default=-inf)
        for write in writes:
            if write.asked_at > shown_until:
                if write.outcome is Told.OK and write.good:
                    lost.append(write)
            elif (
                write.asked_at <= by
                and write.told_at is not None
                and write.told_at > since
                and write.outcome is Told.OK
                and write.good
                and not _came_back(write, causes, held=row is not None or _began_by(since, writes))
            ):
                maybe_lost.append(write)
    return lost, maybe_lost


def _causes(writes: Sequence[Write], row: Row | None, seen_at: float) -> list[Write]:
    """The good writes to a key that could have left what is seen of it."""
    if row is not None:
        return [w for w in writes if w.digest == row.digest and w.outcome is not Told.FAIL and w.good]
    return [w for w in writes if (w.digest == ABSENT or w.expired(seen_at)) and w.outcome is not Told.FAIL and w.good]


def _began_by(at: float, writes: Sequence[Write]) -> bool:
    """Whether a key cannot be as it was before all of its writes."""
    return bool(_told_by(at, [write for write in writes if write.outcome is Told.OK]))


def _came_back(write: Write, causes: Sequence[Write], *, held: bool) -> bool:
    """Whether a key that is not as it was before all of its writes shows this one, or one that overtook it."""
    told_at = write.told_at if write.told_at is not None else inf
    return held and all(cause is write or cause.asked_at > told_at for cause in causes)


def _before(struck_at: float, instants: Sequence[float]) -> float:
    """How long before the strike the earliest of some instants was; 0 where there is none."""
    return max(round(struck_at - min(instants, default=struck_at), 6), 0.0)
