"""The join in DuckDB: classes and counts, keys twice on a side, and the planted defects."""

import itertools
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills import values
from dynadrill.drills.compare import planted
from dynadrill.drills.compare.duck import DuckEngine
from dynadrill.drills.compare.findings import Joined, Relation, Twice, first, join
from dynadrill.drills.compare.kinds import DIFFERENCES, Kind
from dynadrill.drills.compare.planted import CHANGED, SPELLED_DIFFERENTLY, bed, halves_of
from dynadrill.drills.compare.sampling import in_sample
from dynadrill.drills.compare.sql import Scope
from dynadrill.drills.snapshots.columns import key_digest
from dynadrill.drills.snapshots.folder import StoredSnapshot
from dynadrill.drills.values import Item, canonical_value, key_of
from hypothesis import given, settings
from hypothesis import strategies as st

from .tables import KEY, TABLES, item, spelled_differently, stored

ALL = Scope()


def joined(left: StoredSnapshot, right: StoredSnapshot, scope: Scope = ALL) -> tuple[Joined, dict[Kind, set[Any]]]:
    """What a comparison of two snapshots finds, and the digests of the keys of each kind."""
    engine = DuckEngine()
    try:
        found = join(engine, Relation.of(left), Relation.of(right), bed(KEY, keys_only=scope.keys_only), scope)
        keys = {kind: {each.key_digest for each in first(engine, kind, 100)} for kind in DIFFERENCES}
    finally:
        engine.close()
    return found, keys


def digests(keys: Any) -> set[Any]:
    """The digests of the keys of some items."""
    return {halves_of(key_digest(key_of(item(key), KEY))) for key in keys}


def two(left: Mapping[str, Any], right: Mapping[str, Any], scope: Scope = ALL) -> tuple[Joined, dict[Kind, set[Any]]]:
    """Compare two tables given as key to value."""
    with tempfile.TemporaryDirectory() as folder:
        sides = [
            stored(Path(folder) / name, [item(key, value) for key, value in table.items()], per_part=500)
            for name, table in (("left", left), ("right", right))
        ]
        return joined(sides[0], sides[1], scope)


@settings(max_examples=30)
@given(TABLES, TABLES)
def test_the_counts_and_keys_are_those_of_a_plain_comparison(left: dict[str, Any], right: dict[str, Any]) -> None:
    """On random pairs of tables the three classes hold the keys that comparing the stored values one by one gives."""
    found, keys = two(left, right)
    both = left.keys() & right.keys()
    equal = {key for key in both if canonical_value(left[key]) == canonical_value(right[key])}
    assert keys[Kind.ONLY_LEFT] == digests(left.keys() - right.keys())
    assert keys[Kind.ONLY_RIGHT] == digests(right.keys() - left.keys())
    assert keys[Kind.DIFFERENT] == digests(both - equal)
    assert found.counts == {Kind.EQUAL: len(equal), **{kind: len(keys[kind]) for kind in DIFFERENCES}}
    assert not found.missed
    assert not found.twice


@settings(max_examples=10)
@given(st.lists(TABLES, max_size=4))
def test_no_false_alarm(tables: list[dict[str, Any]]) -> None:
    """Of 1,000 equal pairs, spelled differently and in another order, none is reported."""
    whole = {f"{number}-{key}": value for number, table in enumerate(tables) for key, value in table.items()}
    whole |= {f"again-{number}": pair.left for number, pair in enumerate(SPELLED_DIFFERENTLY.values())}
    whole = dict(itertools.islice(((f"{turn}{key}", whole[key]) for turn in range(200) for key in whole), 1000))
    found, _ = two(whole, {key: spelled_differently(whole[key]) for key in reversed(whole)})
    assert found.counts == {Kind.EQUAL: 1000, **dict.fromkeys(DIFFERENCES, 0)}


@pytest.mark.parametrize(
    ("left", "right", "counts"),
    [
        (["a", "b"], ["c"], (0, 2, 1, 0)),
        ([], ["a"], (0, 0, 1, 0)),
        (["a"], [], (0, 1, 0, 0)),
        ([], [], (0, 0, 0, 0)),
    ],
)
def test_tables_that_have_nothing_in_common(left: list[str], right: list[str], counts: tuple[int, ...]) -> None:
    """Disjoint tables, a side without a row and two without are compared as all others."""
    found, _ = two({key: {"S": "x"} for key in left}, {key: {"S": "x"} for key in right})
    assert tuple(found.counts[kind] for kind in Kind) == counts
    assert not found.missed


def test_keys_only_leaves_the_values_out(tmp_path: Path) -> None:
    """With keys only a changed value is no difference, neither in the tables nor among what is planted."""
    found, _ = two({"a": {"S": "x"}, "b": {"S": "x"}}, {"a": {"S": "y"}}, Scope(keys_only=True))
    assert tuple(found.counts[kind] for kind in Kind) == (1, 1, 0, 0)
    assert not found.missed


@pytest.mark.parametrize("which", ["left", "right"])
def test_a_key_that_is_there_twice_is_said_and_counted_once(tmp_path: Path, which: str) -> None:
    """An item seen twice on a side is counted once, by what was read last, and said."""
    twice = [item("a", {"S": "old"}), item("a", {"S": "new"}), item("b", {"S": "x"}), item("b", {"S": "x"})]
    sides = {
        which: stored(tmp_path / which, [*twice, item("d")], read_at=[1.0, 5.0, 1.0, 5.0, 1.0]),
        "other": stored(tmp_path / "other", [item("a", {"S": "new"}), item("b", {"S": "x"}), item("c")]),
    }
    left, right = (sides[which], sides["other"]) if which == "left" else (sides["other"], sides[which])
    found, _ = joined(left, right)
    assert tuple(found.counts[kind] for kind in Kind) == (2, 1, 1, 0)
    assert found.twice == {which: Twice(keys=2, contradicting=1)}


def test_a_key_that_is_there_twice_on_its_only_side_is_counted_once(tmp_path: Path) -> None:
    """A key that only one side has, twice, is one difference."""
    found, _ = joined(stored(tmp_path / "left", [item("a"), item("a")]), stored(tmp_path / "right", []))
    assert tuple(found.counts[kind] for kind in Kind) == (0, 1, 0, 0)
    assert found.twice == {"left": Twice(keys=1, contradicting=0)}


def test_two_copies_on_either_side_do_not_hide_each_other(tmp_path: Path) -> None:
    """Where both sides have a key twice, so that their numbers of rows agree, it is found all the same."""
    sides = [stored(tmp_path / name, [item("a"), item("a"), item("b")]) for name in ("left", "right")]
    found, _ = joined(*sides)
    assert tuple(found.counts[kind] for kind in Kind) == (2, 0, 0, 0)
    assert found.twice == dict.fromkeys(("left", "right"), Twice(keys=1, contradicting=0))


def test_a_sample_takes_the_same_keys_of_both_sides(tmp_path: Path) -> None:
    """A sample by the keys' digests never calls a key missing because the other side's sample left it out."""
    table = {str(number): {"N": str(number)} for number in range(400)}
    found, _ = two(table, {**table, "7": {"S": "changed"}}, Scope(where=in_sample(0.25)))
    assert 50 < sum(found.counts.values()) < 150
    assert found.counts[Kind.ONLY_LEFT] == found.counts[Kind.ONLY_RIGHT] == 0
    assert not found.missed


@pytest.mark.parametrize("kind", ["N", "NS", "SS", "BS", "L", "M"])
def test_a_canonical_form_that_keeps_a_spelling_is_found_out(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a canonical form broken for one type, an equal pair spelled differently is reported, and said as missed."""
    real = values.canonical_value

    def broken(typed: Mapping[str, Any]) -> dict[str, Any]:
        return dict(typed) if kind in typed else real(typed)

    monkeypatch.setattr(values, "canonical_value", broken)
    if kind == "M":
        monkeypatch.setattr(values.orjson, "OPT_SORT_KEYS", 0)
    found, _ = two({"a": {"S": "x"}}, {"a": {"S": "x"}})
    assert found.missed


@pytest.mark.parametrize("kind", list(CHANGED))
def test_a_digest_that_is_blind_to_a_type_is_found_out(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With digests that leave out one type's values, the planted change of that type is missed, and said."""
    blind = {name for typed in CHANGED[kind] for name in typed or {}}

    def broken(item: Item) -> bytes:
        return values.digest({name: {"S": "?"} if blind & typed.keys() else typed for name, typed in item.items()})

    monkeypatch.setattr(planted, "digest", broken)
    found, _ = two({}, {})
    assert any(f"changed {kind}" in missed for missed in found.missed)
