"""Whether incremental exports go on from a base, and from each other, so that nothing between was missed."""

from collections.abc import Sequence

from ..errors import UnverifiableError, UsageError
from ..quantities import format_instant
from .manifest import Export, Summary

GAP_HINT = "Add the incremental export of the time between; without it, what was written then is not known."


def in_order(exports: Sequence[Export]) -> list[Export]:
    """Incremental exports by their windows.

    Raises:
        UsageError: one is a full export.
    """
    for export in exports:
        if export.full:
            raise UsageError(
                f"{export.place.name} is a full export: it is no change to anything",
                "Name it as the side itself, and incremental exports with `--left-apply` or `--right-apply`.",
            )
    return sorted(exports, key=lambda each: each.window)


def exact_parts(began_at: float, ended_at: float, exports: Sequence[Export]) -> list[int]:
    """Make sure that windows, in order, leave nothing out from a base on; which of them show the state before them.

    A window may begin before the last state known ends: what it holds is later all the same. Its old images then are
    of an earlier state than that, and say nothing about it.

    Args:
        began_at: from when the base was read.
        ended_at: until when; the same for an export.
        exports: in order.

    Returns:
        The places of those that have old images, and begin exactly where the last state known ends.

    Raises:
        UnverifiableError: there is a gap, or a window that ends no later than what goes before it.
    """
    exact: list[int] = []
    begins, ends, before = began_at, ended_at, "the base"
    for place, export in enumerate(exports):
        from_at, to_at = export.window
        name = export.place.name
        if from_at > begins:
            raise UnverifiableError(
                f"nothing says what was written from {format_instant(begins)}, the end of {before}, until "
                f"{format_instant(from_at)}, the beginning of {name}",
                GAP_HINT,
            )
        if to_at <= ends:
            raise UnverifiableError(
                f"{name} ends at {format_instant(to_at)}, and {before} already at {format_instant(ends)}: applying it "
                "would go back",
                "Leave it out.",
            )
        if export.old_images and from_at == ends:
            exact.append(place)
        begins, ends, before = to_at, to_at, name
    return exact


def check_table(of: Summary | None, exports: Sequence[Export]) -> None:
    """Make sure that all are of one table.

    Raises:
        UnverifiableError: one is not.
    """
    first = of or exports[0].summary
    for export in exports:
        if export.summary.table_id != first.table_id:
            raise UnverifiableError(
                f"{export.place.name} is of table {export.summary.table_arn} (id {export.summary.table_id}), where "
                f"what goes before is of {first.table_arn} (id {first.table_id})",
                "A table that was deleted and made again, or restored, is another one: export it whole.",
            )
