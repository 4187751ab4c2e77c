"""What is said of some keys and of others, as one: of all of them."""

from collections.abc import Iterable

from ..diff import Diff, Finding, ItemClass
from ..loss import Loss


def merged_diff(parts: Iterable[Diff], plain: int) -> Diff:
    """The diff of all keys, of those that were compared in parts and so many others that are plainly right."""
    findings: dict[ItemClass, list[Finding]] = {each: [] for each in ItemClass if each is not ItemClass.INTACT}
    torn: list[str] = []
    complete = True
    counts = dict.fromkeys(("expected", "restored", "intact"), plain)
    counts |= dict.fromkeys(("undecided", "within_boundary", "expired_returned"), 0)
    for part in parts:
        for item_class, found in part.findings.items():
            findings[item_class] += found
        counts = {name: count + getattr(part, name) for name, count in counts.items()}
        torn += part.torn
        complete = complete and part.complete
    return Diff(
        findings={item_class: sorted(found) for item_class, found in findings.items() if found},
        torn=torn,
        complete=complete,
        **counts,
    )


def merged_loss(parts: Iterable[Loss]) -> Loss:
    """What was lost of all keys, of one part at least; holes of one part are holes of all."""
    found = list(parts)
    holes = any(part.holes for part in found)
    return Loss(
        before=sorted((write for part in found for write in part.before), key=lambda write: write.asked_at),
        after=[write for part in found for write in part.after],
        measured_s=None if holes else _most([part.measured_s for part in found]),
        at_most_s=None if holes else _most([part.at_most_s for part in found]),
        after_s=_most([part.after_s for part in found]),
        holes=holes,
    )


def _most(figures: Iterable[float | None]) -> float | None:
    return max((figure for figure in figures if figure is not None), default=None)
