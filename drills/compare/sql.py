"""The comparison in SQL: one text for DuckDB and Spark.

It reads four views: `left_rows` and `right_rows` are the stored snapshots, `left_planted` and `right_planted` the rows
that a comparison plants to prove itself. `DIFFERENCES` is what comes of their full outer join, one row a key that is on
one side only or differs, and one row for all that are equal; `times` counts how many pairs of rows came to it.

Counting pairs in the same pass finds out keys that a side has twice. Be m the pairs whose key is on both sides. If a
key k is there a(k) times on the left and b(k) times on the right, m is the sum of a(k) b(k), and the rows of either
side that found a partner are the sums of a(k) and of b(k). All three are the same exactly when every a(k) and b(k) is
1.
"""

from dataclasses import dataclass
from typing import Literal

from .kinds import Kind

Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("left", "right")

DIFFERENCES, TAKEN_BACK = "differences", "taken_back"
"""Views that a comparison makes: what the join found, and the keys of it that a second look did not confirm."""

COLUMNS = "key_high, key_low, digest_high, digest_low"
NO_DIGEST = "key_high, key_low, CAST(0 AS BIGINT) AS digest_high, CAST(0 AS BIGINT) AS digest_low"


@dataclass(frozen=True)
class Scope:
    """What of the two sides is compared.

    `keys_only` leaves the values out. `where` is SQL for the stored rows that are compared, by the digests of their
    keys, so that it means the same keys on both sides; empty for all of them. `once` takes one row a key where a side
    has several: the one that was read last.
    """

    keys_only: bool = False
    where: str = ""
    once: bool = False

    @property
    def condition(self) -> str:
        """Which stored rows are compared, as a WHERE clause or nothing."""
        return f" WHERE {self.where}" if self.where else ""


def _side(side: Side, scope: Scope) -> str:
    """Keys and digests of one side, with what was planted there."""
    columns = NO_DIGEST if scope.keys_only else COLUMNS
    return f"SELECT {columns} FROM {_stored(side, scope)} UNION ALL SELECT {columns} FROM {side}_planted"


def _stored(side: Side, scope: Scope) -> str:
    if not scope.once:
        return f"{side}_rows{scope.condition}"
    return f"""(SELECT * FROM (
        SELECT *, row_number() OVER (
            PARTITION BY key_high, key_low
            ORDER BY coalesce(told_at, CAST(0 AS DOUBLE)) DESC, digest_high, digest_low
        ) AS which
        FROM {side}_rows{scope.condition}
    ) AS ranked WHERE which = 1) AS latest"""


def differences(scope: Scope) -> str:
    """The full outer join of both sides: `kind`, the key, both digests and `times`, grouped as said above.

    Where a side has a key twice the digests are any of its rows': then it is all done again with one row a key.
    """
    return f"""
    SELECT kind, key_high, key_low,
        max(left_high) AS left_high, max(left_low) AS left_low,
        max(right_high) AS right_high, max(right_low) AS right_low,
        count(*) AS times
    FROM (
        SELECT kind,
            CASE WHEN kind > {Kind.EQUAL:d} THEN coalesce(left_key_high, right_key_high) END AS key_high,
            CASE WHEN kind > {Kind.EQUAL:d} THEN coalesce(left_key_low, right_key_low) END AS key_low,
            left_high, left_low, right_high, right_low
        FROM (
            SELECT
                CASE
                    WHEN r.key_high IS NULL THEN {Kind.ONLY_LEFT:d}
                    WHEN l.key_high IS NULL THEN {Kind.ONLY_RIGHT:d}
                    WHEN l.digest_high = r.digest_high AND l.digest_low = r.digest_low THEN {Kind.EQUAL:d}
                    ELSE {Kind.DIFFERENT:d}
                END AS kind,
                l.key_high AS left_key_high, l.key_low AS left_key_low,
                l.digest_high AS left_high, l.digest_low AS left_low,
                r.key_high AS right_key_high, r.key_low AS right_key_low,
                r.digest_high AS right_high, r.digest_low AS right_low
            FROM ({_side("left", scope)}) AS l
            FULL OUTER JOIN ({_side("right", scope)}) AS r
            ON l.key_high = r.key_high AND l.key_low = r.key_low
        ) AS pairs
    ) AS named
    GROUP BY kind, key_high, key_low
    """


def totals() -> str:
    """Of each kind: the pairs of rows, and the keys."""
    return f"""
    SELECT kind, sum(times) AS pairs, count(*) AS keys FROM {DIFFERENCES} GROUP BY kind
    """


def rows_in(side: Side, scope: Scope) -> str:
    """How many stored rows of a side are compared."""
    return f"SELECT count(*) FROM {side}_rows{scope.condition}"


def twice(side: Side, scope: Scope) -> str:
    """The keys that a side has more than once, and how many of them with values that are not the same."""
    return f"""
    SELECT count(*), coalesce(sum(CASE WHEN highest <> lowest OR high <> low THEN 1 ELSE 0 END), 0)
    FROM (
        SELECT max(digest_high) AS highest, min(digest_high) AS lowest, max(digest_low) AS high, min(digest_low) AS low
        FROM {side}_rows{scope.condition} GROUP BY key_high, key_low HAVING count(*) > 1
    ) AS copies
    """


def found_planted() -> str:
    """What the join made of the planted keys: kind and key."""
    return f"""
    SELECT d.kind, d.key_high, d.key_low FROM {DIFFERENCES} AS d
    JOIN (SELECT key_high, key_low FROM left_planted UNION SELECT key_high, key_low FROM right_planted) AS p
    ON d.key_high = p.key_high AND d.key_low = p.key_low
    """


def listed(*, items: bool) -> str:
    """Every difference that stands, with its key as text and both items: in the order of the keys' digests."""
    text = ", l.item AS left_item, r.item AS right_item" if items else ""
    shown = ", max(left_item), max(right_item)" if items else ""
    return f"""
    SELECT kind, key_high, key_low, left_high, left_low, right_high, right_low, max(key){shown}
    FROM (
        SELECT d.*, coalesce(l.key, r.key) AS key{text}
        FROM ({_standing()}) AS d
        LEFT JOIN left_rows AS l ON d.key_high = l.key_high AND d.key_low = l.key_low
            AND {_same_digest("left", "l")}
        LEFT JOIN right_rows AS r ON d.key_high = r.key_high AND d.key_low = r.key_low
            AND {_same_digest("right", "r")}
    ) AS found
    GROUP BY kind, key_high, key_low, left_high, left_low, right_high, right_low
    ORDER BY key_high, key_low
    """


def _same_digest(side: Side, alias: str) -> str:
    """The very row that was compared; where only keys were, any row of that key."""
    whole = f"d.{side}_high = {alias}.digest_high AND d.{side}_low = {alias}.digest_low"
    return f"(({whole}) OR (d.{side}_high = 0 AND d.{side}_low = 0))"


def first(kind: Kind, number: int) -> str:
    """Some differences of a kind that stand: those whose keys have the lowest digests."""
    return f"""
    SELECT kind, key_high, key_low, left_high, left_low, right_high, right_low
    FROM ({_standing()}) AS d WHERE kind = {kind:d} ORDER BY key_high, key_low LIMIT {number:d}
    """


def _standing() -> str:
    planted = "SELECT key_high, key_low FROM left_planted UNION SELECT key_high, key_low FROM right_planted"
    return f"""
    SELECT f.kind, f.key_high, f.key_low, f.left_high, f.left_low, f.right_high, f.right_low
    FROM {DIFFERENCES} AS f
    LEFT JOIN ({planted} UNION SELECT key_high, key_low FROM {TAKEN_BACK}) AS n
    ON f.key_high = n.key_high AND f.key_low = n.key_low
    WHERE f.kind > {Kind.EQUAL:d} AND n.key_high IS NULL
    """
