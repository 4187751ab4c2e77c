"""Comparing two sides: what is looked at again, left out, sampled and shown, and what it comes to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dynadrill.drills.compare import looking_again, planted
from dynadrill.drills.compare.comparing import Asked, Tools, compare
from dynadrill.drills.compare.duck import DuckEngine
from dynadrill.drills.compare.ignoring import Ignoring, parse_ignored, parse_path
from dynadrill.drills.compare.listing import ListingFile
from dynadrill.drills.compare.result import Comparison
from dynadrill.drills.compare.showing import Showing
from dynadrill.drills.compare.sides import Side
from dynadrill.drills.errors import UnverifiableError, UsageError
from dynadrill.drills.snapshots.columns import key_digest
from dynadrill.drills.values import Item, Key, digest, key_of

from .tables import KEY, item, stored


class Pauses:
    """A clock on which pauses are counted and take no time."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def now(self) -> float:
        """Always the same instant."""
        return 0.0

    def wait(self, seconds: float, why: str) -> None:
        """Count."""
        self.waited.append(seconds)

    def live(self, seconds: float) -> None:
        """Not used."""


class Living:
    """A live table that shows one state after the other each time it is looked at; the last one stays."""

    def __init__(self, *states: Iterable[Item]) -> None:
        self.states = [{key_of(each, KEY): each for each in state} for state in states]
        self.asked: list[int] = []

    def look(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        """What there is under some keys."""
        self.asked.append(len(keys))
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return {key: state[key] for key in keys if key in state}


def side(folder: Path, items: Sequence[Item], live: Living | None = None, **how: Any) -> Side:
    """A side of some items."""
    return Side(folder.name, "table" if live else "snapshot", stored(folder, items, **how), live)


@pytest.fixture
def tools(tmp_path: Path) -> Iterator[Tools]:
    """DuckDB, a clock that counts, and a folder."""
    engine = DuckEngine()
    (tmp_path / "work").mkdir()
    yield Tools(engine, Pauses(), tmp_path / "work")
    engine.close()


ALL = Asked()
OLD, NEW, NEWER = (item("a", {"S": word}) for word in ("old", "new", "newer"))


def counts(found: Comparison) -> tuple[int | None, ...]:
    """Equal, only left, only right, different."""
    return found.equal, found.only_left, found.only_right, found.different


def test_a_key_that_agrees_on_the_second_look_is_settled(tmp_path: Path, tools: Tools) -> None:
    """A table that was written while it was read is not damaged: what agrees when it is read again is equal."""
    live = Living([NEW])
    found = compare(side(tmp_path / "left", [OLD], live), side(tmp_path / "right", [NEW]), ALL, tools)
    assert (found.verdict, found.exit_code, found.settled) == ("equal", 0, 1)
    assert counts(found) == (1, 0, 0, 0)
    assert found.samples == []
    assert tools.clock.waited == []  # type: ignore[attr-defined] -- it counts


def test_a_key_that_stands_still_is_a_difference(tmp_path: Path, tools: Tools) -> None:
    """What still differs and has not moved since it was read is a difference, found by one look."""
    live = Living([OLD])
    found = compare(side(tmp_path / "left", [OLD], live), side(tmp_path / "right", [NEW, item("b")]), ALL, tools)
    assert (found.verdict, found.exit_code) == ("different", 1)
    assert counts(found) == (0, 0, 1, 1)
    assert live.asked == [2]


def test_a_key_that_keeps_moving_leaves_it_unknown(tmp_path: Path, tools: Tools) -> None:
    """What changed since it was read and does not settle in a few looks makes the answer unknown, not a difference."""
    live = Living([NEWER])
    found = compare(side(tmp_path / "left", [OLD], live), side(tmp_path / "right", [NEW]), ALL, tools)
    assert (found.verdict, found.exit_code, found.moving) == ("unknown", 2, 1)
    assert counts(found) == (0, 0, 0, 0)
    assert tools.clock.waited == [looking_again.PAUSE_S] * (looking_again.ROUNDS - 1)  # type: ignore[attr-defined]


def test_a_key_that_settles_late_is_settled(tmp_path: Path, tools: Tools) -> None:
    """What moves at the second look and agrees at the third is settled."""
    live = Living([NEWER], [NEW])
    found = compare(side(tmp_path / "left", [OLD], live), side(tmp_path / "right", [NEW]), ALL, tools)
    assert (found.verdict, found.settled, found.moving) == ("equal", 1, 0)


def test_one_difference_that_stands_outweighs_what_moves(tmp_path: Path, tools: Tools) -> None:
    """A difference is one, whatever else is in motion; both are said."""
    live = Living([NEWER, item("b")])
    left = side(tmp_path / "left", [OLD, item("b")], live)
    found = compare(left, side(tmp_path / "right", [NEW]), ALL, tools)
    assert (found.verdict, found.moving, found.only_left) == ("different", 1, 1)


def test_both_sides_can_live(tmp_path: Path, tools: Tools) -> None:
    """With two live tables both are looked at, and an item that came to both meanwhile is settled."""
    left = side(tmp_path / "left", [OLD], Living([NEW]))
    found = compare(left, side(tmp_path / "right", [], Living([NEW])), ALL, tools)
    assert (found.verdict, found.settled) == ("equal", 1)


def test_what_was_not_kept_is_read_again_to_be_shown(tmp_path: Path, tools: Tools) -> None:
    """Of a live table only digests are kept, and a sample still says which attribute differs."""
    left = side(tmp_path / "left", [OLD], Living([OLD]), holds="digests")
    found = compare(left, side(tmp_path / "right", [NEW]), ALL, tools)
    assert found.samples[0].changes is not None
    assert [change.path for change in found.samples[0].changes] == ["value"]


def test_what_has_changed_since_is_not_shown_in_its_place(tmp_path: Path, tools: Tools) -> None:
    """An item that is another by the time it is shown is not what was compared, and no attribute of it is shown."""
    left = side(tmp_path / "left", [OLD], Living([OLD], [NEWER]), holds="digests")
    found = compare(left, side(tmp_path / "right", [NEW]), ALL, tools)
    assert found.different == 1
    assert [(sample.class_, sample.changes) for sample in found.samples] == [("different", None)]


def test_more_than_is_looked_at_again_is_said(tmp_path: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are too many differences to look at and those looked at settled, nobody knows about the rest."""
    monkeypatch.setattr(looking_again.look_again, "__defaults__", (1,))
    live = Living([NEW, item("b")])
    found = compare(side(tmp_path / "left", [], live), side(tmp_path / "right", [NEW, item("b")]), ALL, tools)
    assert (found.verdict, found.settled, found.unchecked) == ("unknown", 1, 1)


@pytest.mark.parametrize(("path", "equal"), [("seen", 1), ("meta.seen", 0)])
def test_an_attribute_is_left_out_for_a_reason(path: str, equal: int, tmp_path: Path, tools: Tools) -> None:
    """What is ignored does not count, on both sides, and is said with its reason and how many items have it."""
    left = item("a", seen={"N": "1"}, meta={"M": {"x": {"S": "same"}}})
    right = item("a", meta={"M": {"x": {"S": "same"}}})
    asked = Asked(ignoring=parse_ignored([f"{path}=set by the restore"]))
    found = compare(side(tmp_path / "left", [left]), side(tmp_path / "right", [right]), asked, tools)
    assert found.equal == equal
    record = found.ignored[path]
    assert (record.reason, record.left, record.right) == ("set by the restore", equal, 0)
    assert found.proof.missed == []


def test_an_attribute_inside_a_map_is_left_out() -> None:
    """A path leads into maps; a dot in a name has a backslash before it; what is not there leaves the item as it is."""
    ignoring = Ignoring({r"a\.b": "x", "meta.seen.at": "x"})
    inner = {"seen": {"M": {"at": {"N": "1"}, "by": {"S": "x"}}}}
    given = item("k", **{"a.b": {"S": "x"}, "meta": {"M": inner}})
    assert ignoring.without(given) == item("k", meta={"M": {"seen": {"M": {"by": {"S": "x"}}}}})
    untouched = item("k", meta={"S": "no map"})
    assert ignoring.without(untouched) is untouched


@pytest.mark.parametrize("given", ["seen", "seen=", "seen=  ", "=why", "a..b=why", "a.=why", ".a=why"])
def test_ignoring_needs_an_attribute_and_a_reason(given: str) -> None:
    """Without a written reason, or without an attribute, nothing is ignored."""
    with pytest.raises(UsageError):
        parse_ignored([given])


def test_a_key_cannot_be_ignored(tmp_path: Path, tools: Tools) -> None:
    """Items are told apart by their keys: leaving one out is wrong usage."""
    asked = Asked(ignoring=parse_ignored(["id=why not"]))
    with pytest.raises(UsageError, match="primary key"):
        compare(side(tmp_path / "left", []), side(tmp_path / "right", []), asked, tools)


@pytest.mark.parametrize(("text", "path"), [("a", ("a",)), ("a.b.c", ("a", "b", "c")), (r"a\.b.c", ("a.b", "c"))])
def test_a_path_is_read(text: str, path: tuple[str, ...]) -> None:
    """Names are divided by dots that have no backslash before them."""
    assert parse_path(text) == path


def test_values_are_hidden_unless_asked_for(tmp_path: Path, tools: Tools) -> None:
    """No output has a value unless values were asked for; paths and types are always there."""
    left, right = side(tmp_path / "left", [OLD]), side(tmp_path / "right", [NEW])
    hidden = compare(left, right, ALL, tools).to_json()
    assert '"value"' in hidden
    assert "old" not in hidden
    assert "new" not in hidden
    (sample,) = compare(left, right, Asked(showing=Showing(values=True)), tools).samples
    assert sample.changes is not None
    assert (sample.changes[0].left, sample.changes[0].right) == ({"S": "old"}, {"S": "new"})


def test_keys_are_masked_when_asked_for(tmp_path: Path, tools: Tools) -> None:
    """A masked key is the beginning of its digest, and the key itself is nowhere."""
    left = side(tmp_path / "left", [item("secret")])
    found = compare(left, side(tmp_path / "right", []), Asked(showing=Showing(mask_keys=True)), tools)
    masked = f"key-{key_digest(key_of(item('secret'), KEY)).hex()[:16]}"
    assert [sample.key for sample in found.samples] == [masked]
    assert "secret" not in found.to_json()


def test_so_many_of_each_class_are_shown(tmp_path: Path, tools: Tools) -> None:
    """Samples are of each class, as many as were asked for, and always the same."""
    same = [item(f"same {number}", {"S": "x"}) for number in range(3)]
    left = side(tmp_path / "left", [item(f"left {number}") for number in range(9)] + same)
    changed = [{**each, "value": {"S": "y"}} for each in same]
    right = side(tmp_path / "right", [*changed, item("right")])
    found = compare(left, right, Asked(samples=2), tools)
    assert [sample.class_ for sample in found.samples] == ["only_left"] * 2 + ["only_right"] + ["different"] * 2
    assert found.samples == compare(left, right, Asked(samples=2), tools).samples


@pytest.mark.parametrize("name", ["all.jsonl", "all.parquet"])
def test_the_complete_list_has_every_difference(name: str, tmp_path: Path, tools: Tools) -> None:
    """The list has each difference once, with its class, key and the attributes that differ."""
    left = side(tmp_path / "left", [OLD, *(item(f"left {number}") for number in range(20)), item("same")])
    right = side(tmp_path / "right", [NEW, item("same")])
    with ListingFile(tmp_path / name) as lines:
        compare(left, right, Asked(samples=1, showing=Showing(values=True)), tools, lines)
        lines.close()
    if name.endswith(".jsonl"):
        rows = [orjson.loads(line) for line in (tmp_path / name).read_bytes().splitlines()]
    else:
        rows = pq.read_table(tmp_path / name).to_pylist()
    assert len({row["key"] for row in rows}) == len(rows) == 21
    (changed,) = [row for row in rows if row["class"] == "different"]
    assert [change["path"] for change in changed["changes"]] == ["value"]
    assert not list(tmp_path.glob(".*unfinished"))


def test_a_list_that_was_not_finished_is_not_there(tmp_path: Path) -> None:
    """When comparing fails, no half of a list is left."""
    with pytest.raises(UnverifiableError), ListingFile(tmp_path / "all.jsonl"):
        raise UnverifiableError("the endpoint is gone")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("other", "message"),
    [({"key": ("id", "n"), "types": ("S", "N")}, "id \\(S\\), n \\(N\\)"), ({"types": ("N",)}, "id \\(N\\)")],
)
def test_other_key_schemas_are_wrong_usage(other: Any, message: str, tmp_path: Path, tools: Tools) -> None:
    """Tables with other key attributes, or others of their types, are not compared; both schemas are said."""
    with pytest.raises(UsageError, match=message):
        compare(side(tmp_path / "left", []), side(tmp_path / "right", [], **other), ALL, tools)


def test_an_incomplete_snapshot_says_nothing(tmp_path: Path, tools: Tools) -> None:
    """A snapshot that was not read to its end cannot be compared."""
    with pytest.raises(UnverifiableError, match="not complete"):
        compare(side(tmp_path / "left", [], complete=False), side(tmp_path / "right", []), ALL, tools)


def test_a_snapshot_of_keys_has_no_values_to_compare(tmp_path: Path, tools: Tools) -> None:
    """A snapshot that holds keys only is compared by keys, and not otherwise."""
    left, right = side(tmp_path / "left", [OLD], holds="keys"), side(tmp_path / "right", [NEW])
    with pytest.raises(UsageError, match="--keys-only"):
        compare(left, right, ALL, tools)
    assert compare(left, right, Asked(keys_only=True), tools).verdict == "equal"


def test_an_item_that_is_not_what_its_digest_stands_for_is_found_out(tmp_path: Path, tools: Tools) -> None:
    """A snapshot whose items were changed, and not their digests, is not taken at its word."""
    left, right = side(tmp_path / "left", [OLD]), side(tmp_path / "right", [NEW])
    (file,) = right.stored.files
    rows = pq.read_table(file)
    forged = pa.array([orjson.dumps(NEWER).decode()])
    pq.write_table(rows.set_column(rows.column_names.index("item"), "item", forged), file)
    with pytest.raises(UnverifiableError, match="digest"):
        compare(left, right, ALL, tools)


def test_two_values_of_one_key_on_one_side_leave_it_unknown(tmp_path: Path, tools: Tools) -> None:
    """A key that was read twice with two values changed while it was read: what it holds nobody knows."""
    left = side(tmp_path / "left", [OLD, NEW], read_at=[1.0, 2.0])
    found = compare(left, side(tmp_path / "right", [NEW]), ALL, tools)
    assert (found.verdict, found.left.twice, found.left.contradicting) == ("unknown", 1, 1)


def test_a_comparison_that_misses_what_was_planted_is_unknown(
    tmp_path: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its proof neither equal nor different is said."""
    monkeypatch.setattr(planted, "digest", lambda each: digest({}))
    found = compare(side(tmp_path / "left", [OLD]), side(tmp_path / "right", [OLD]), ALL, tools)
    assert (found.verdict, found.exit_code) == ("unknown", 2)
    assert found.proof.caught == found.proof.planted - len(found.proof.missed) < found.proof.planted


def test_a_damaged_part_is_no_answer(tmp_path: Path, tools: Tools) -> None:
    """A part that was damaged after it was opened ends the comparison as unverifiable."""
    left, right = side(tmp_path / "left", [OLD]), side(tmp_path / "right", [NEW])
    left.stored.files[0].write_bytes(b"PAR1" + b"x" * 100)
    with pytest.raises(UnverifiableError, match="DuckDB"):
        compare(left, right, ALL, tools)
