"""Incremental exports applied over a base: of each key the last change counts, and old images are held against it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb

from ..errors import UnverifiableError, UsageError
from ..quantities import format_instant
from ..snapshots.about import About
from ..snapshots.folder import StoredSnapshot, write_about
from ..store import put_in_place
from ..values import key_label
from .changes import write_changes
from .database import database, quoted, relation
from .keys import KeySchema
from .manifest import Export, Summary
from .progress import Tally
from .windows import check_table, exact_parts, in_order

PART = "000000.parquet"
BASE_COLUMNS = (
    "key VARCHAR, key_high BIGINT, key_low BIGINT, digest_high BIGINT, digest_low BIGINT, asked_at DOUBLE, "
    "told_at DOUBLE, item VARCHAR"
)

LATEST = """
CREATE TEMP TABLE latest AS
SELECT key_high, key_low, arg_max(line, row(micros, line)) AS line FROM {changes} GROUP BY key_high, key_low
"""

MERGED = """
SELECT key, key_high, key_low, digest_high, digest_low, {at}::DOUBLE AS asked_at, {at}::DOUBLE AS told_at, item
FROM {base} ANTI JOIN latest USING (key_high, key_low)
UNION ALL
SELECT key, key_high, key_low, new_high, new_low, {at}::DOUBLE, {at}::DOUBLE, {item}
FROM {changes} SEMI JOIN latest USING (line)
WHERE new_high IS NOT NULL
"""

CONTRADICTIONS = """
WITH steps AS (
    SELECT *, lag(line) OVER before IS NULL AS of_base,
        lag(new_high) OVER before AS before_high, lag(new_low) OVER before AS before_low
    FROM (SELECT * EXCLUDE (key, item) FROM {changes})
    WINDOW before AS (PARTITION BY key_high, key_low ORDER BY micros, line)
), held AS (
    SELECT steps.*,
        CASE WHEN of_base THEN digest_high ELSE before_high END AS held_high,
        CASE WHEN of_base THEN digest_low ELSE before_low END AS held_low
    FROM steps LEFT JOIN {base} AS base USING (key_high, key_low)
    WHERE part IN ({parts})
), wrong AS (
    SELECT * FROM held
    WHERE (held_high IS DISTINCT FROM old_high OR held_low IS DISTINCT FROM old_low)
        AND (held_high IS DISTINCT FROM new_high OR held_low IS DISTINCT FROM new_low)
)
SELECT count(*), min(line), arg_min(part, line), arg_min(held_high IS NULL, line), arg_min(old_high IS NULL, line)
FROM wrong
"""
"""What a key held is its last change before, or the base. It may be the new image already: a write in the very
instant at which the base ends is in both."""


def apply_changes(
    base: StoredSnapshot, changes: Sequence[Export], into: Path, *, of: Summary | None, tally: Tally
) -> StoredSnapshot:
    """The state at the end of the last window, as a snapshot.

    Args:
        base: what they go on from; holds items or digests.
        changes: incremental exports, in any order.
        into: the snapshot's folder, which is there.
        of: the export that the base was read from, if it was one.
        tally: is told of each change.

    Raises:
        UsageError: one is a full export, or the base holds keys only.
        UnverifiableError: the windows do not join, are not of one table, or contradict the base.
    """
    if base.about.holds == "keys":
        raise UsageError(f"the snapshot in {base.path} holds keys only: changes cannot be applied to it")
    if not base.about.complete:
        raise UnverifiableError(f"the snapshot in {base.path} is not complete", "Take it again.")
    windows = in_order(changes)
    check_table(of, windows)
    exact = exact_parts(base.about.began_at, base.about.ended_at, windows)
    keys = KeySchema(base.about.key_attributes, base.about.key_types)
    with tempfile.TemporaryDirectory(dir=into, prefix=".changes-") as folder, database(into) as connection:
        path = Path(folder) / "changes.parquet"
        write_changes(windows, keys, path, tally)
        merging = Merging(connection, relation(base.files, BASE_COLUMNS), relation([path], ""))
        if exact:
            merging.check_old_images(windows, exact)
        at = windows[-1].window[1]
        rows = merging.write(into / PART, at, items=base.about.holds == "items")
    about = About(
        source=f"{base.about.source}, with the changes until {format_instant(at)} ({_names(windows)})",
        key_attributes=keys.attributes,
        key_types=keys.types,
        began_at=at,
        ended_at=at,
        complete=True,
        holds=base.about.holds,
        parts={PART: rows} if rows else {},
    )
    write_about(into, about)
    return StoredSnapshot(into, about)


class Merging:
    """The SQL of one merge, over a base and the changes to it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, base: str, changes: str) -> None:
        self._connection = connection
        self._base = base
        self._changes = changes

    def check_old_images(self, windows: Sequence[Export], parts: Sequence[int]) -> None:
        """Hold the old images of some windows against what was known before them.

        Raises:
            UnverifiableError: they contradict each other.
        """
        listed = ", ".join(map(str, parts))
        query = CONTRADICTIONS.format(base=self._base, changes=self._changes, parts=listed)
        found = self._connection.execute(query).fetchone()
        assert found is not None
        count, line, part, held_nothing, was_nothing = found
        if not count:
            return
        key = self._connection.execute(f"SELECT key FROM {self._changes} WHERE line = {line}").fetchone()  # noqa: S608
        assert key is not None
        export = windows[part]
        held = "no item" if held_nothing else "another item" if not was_nothing else "an item"
        was = "no item" if was_nothing else "an item" if held_nothing else "this one"
        raise UnverifiableError(
            f"{count:,} old images contradict the base: {key_label(key[0])} has {held} there, where "
            f"{export.place.name} shows {was} at {format_instant(export.window[0])}",
            "The base is not what the table held then: export the table whole again.",
        )

    def write(self, path: Path, at: float, *, items: bool) -> int:
        """Write the state after all changes; how many rows it has. Where there are none, nothing is written."""
        self._connection.execute(LATEST.format(changes=self._changes))
        query = MERGED.format(
            base=self._base, changes=self._changes, at=repr(at), item="item" if items else "NULL::VARCHAR"
        )
        unfinished = path.with_name(f"{path.name}.unfinished")
        options = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"
        written = self._connection.execute(f"COPY ({query}) TO {quoted(unfinished)} ({options})").fetchone()
        assert written is not None
        rows = int(written[0])
        if rows:
            put_in_place(unfinished, path)
        else:
            unfinished.unlink()
        return rows


def _names(windows: Sequence[Export]) -> str:
    return ", ".join(each.summary.export_arn.rpartition("/")[2] for each in windows)
