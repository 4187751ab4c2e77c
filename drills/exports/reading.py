"""Reading exports: a full one, with any incremental ones that go on from it, becomes one stored snapshot."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from ..errors import UsageError
from ..snapshots.folder import StoredSnapshot, make_folder
from .apply import apply_changes
from .changes import key_attributes_in
from .finding import find_export
from .full import read_full
from .keys import KEY_HINT, KeySchema
from .manifest import Export
from .place import ExportPlace
from .progress import Progress, Tally, unreported


def read_export(
    place: ExportPlace,
    into: Path,
    *,
    key_attributes: Sequence[str] = (),
    apply: Sequence[ExportPlace] = (),
    progress: Progress = unreported,
) -> StoredSnapshot:
    """Read a full export, apply incremental ones over it, and write what the table held then as a snapshot.

    Memory is bounded whatever the export's size, DuckDB's part of it by `database.MEMORY`. Only what agrees with the
    manifests' checksums and counts is read.

    Args:
        place: the export's folder (`.../AWSDynamoDB/EXPORT_ID`), or one that has exactly one export below it.
        into: the snapshot's folder, which is made; empty or not yet there. Where reading fails nothing stays in it.
        key_attributes: of the table, the partition key first. A full export does not say them; where they are not
            given, an incremental one of `apply` shows them.
        apply: incremental exports, in any order. Together they must begin where the full one ends, at the latest,
            and leave no gap.
        progress: told now and then how many items of how many were read.

    Returns:
        The snapshot, with items. It is of the full export's `exportTime`, or of the end of the last window applied:
        `began_at` and `ended_at` are both this instant. `key_types` is empty where no item was seen.

    Raises:
        UsageError: there is no such export, it is an incremental one, it is in Ion, nobody says the key, or the key
            that was said is not the table's.
        UnverifiableError: something is missing, damaged, twice there, of another table, or contradicts the rest.
    """
    export = find_export(place)
    if not export.full:
        raise UsageError(
            f"{export.place.name} is an incremental export: it holds what changed, not what the table held",
            "Name a full export or a snapshot, and this one with `--left-apply` or `--right-apply`.",
        )
    changes = [find_export(each) for each in apply]
    keys = KeySchema(key_attributes or _shown_by(changes) or _unknown(export))
    tally = Tally(progress, sum(each.summary.item_count for each in (export, *changes)))
    with _all_or_nothing(into):
        stored = _read(export, changes, keys, into, tally)
    tally.end()
    return stored


def apply_exports(
    base: StoredSnapshot, apply: Sequence[ExportPlace], into: Path, *, progress: Progress = unreported
) -> StoredSnapshot:
    """Apply incremental exports over a stored snapshot, as `read_export` does over a full export.

    The first window must begin before the snapshot did, and end after it.

    Raises:
        UsageError: one of them is not an incremental export, or the snapshot holds keys alone.
        UnverifiableError: as for `read_export`.
    """
    changes = [find_export(each) for each in apply]
    if not changes:
        raise UsageError("no incremental export was named to be applied", "Name at least one.")
    tally = Tally(progress, sum(each.summary.item_count for each in changes))
    with _all_or_nothing(into):
        stored = apply_changes(base, changes, into, of=None, tally=tally)
    tally.end()
    return stored


def _read(export: Export, changes: Sequence[Export], keys: KeySchema, into: Path, tally: Tally) -> StoredSnapshot:
    if not changes:
        return read_full(export, keys, into, tally)
    with tempfile.TemporaryDirectory(dir=into, prefix=".base-") as folder:
        base = read_full(export, keys, Path(folder), tally)
        return apply_changes(base, changes, into, of=export.summary, tally=tally)


@contextmanager
def _all_or_nothing(into: Path) -> Iterator[None]:
    """A new folder for a snapshot, of which nothing is left if making that fails."""
    there = into.exists()
    if there and (not into.is_dir() or any(into.iterdir())):
        raise UsageError(f"{into} is not an empty folder", "Name a new one: a snapshot is written whole, once.")
    make_folder(into)
    try:
        yield
    except BaseException:
        shutil.rmtree(into, ignore_errors=True)
        if there:
            make_folder(into)
        raise


def _shown_by(changes: Sequence[Export]) -> Sequence[str]:
    for export in changes:
        attributes = key_attributes_in(export)
        if attributes:
            return attributes
    return ()


def _unknown(export: Export) -> NoReturn:
    raise UsageError(f"the export in {export.place.name} does not say what its table's key is", KEY_HINT)
