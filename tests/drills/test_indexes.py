"""What an index must hold: projections, sparse keys, types; and every way in which it can disagree with its table."""

from base64 import b64encode
from typing import Any

import pytest
from dynadrill.drills.indexes import Fault, IndexDefinition, IndexKey, definitions, disagreements
from dynadrill.drills.values import key_of
from hypothesis import given
from hypothesis import strategies as st

KEYS = ("id",)
BY_CITY = IndexDefinition("ByCity", True, (IndexKey("city", "S", "HASH"), IndexKey("total", "N", "RANGE")), "ALL")


def item(name: str, **attributes: Any) -> dict[str, Any]:
    """An item of a table keyed by `id`."""
    return {"id": {"S": name}, **attributes}


FULL = item("a", city={"S": "Oslo"}, total={"N": "1.50"}, note={"S": "x"}, status={"S": "paid"})


@pytest.mark.parametrize(
    ("projection", "included", "names"),
    [
        ("ALL", (), {"id", "city", "total", "note", "status"}),
        ("KEYS_ONLY", (), {"id", "city", "total"}),
        ("INCLUDE", ("status",), {"id", "city", "total", "status"}),
        ("INCLUDE", ("status", "absent"), {"id", "city", "total", "status"}),
    ],
)
def test_an_entry_has_what_its_projection_says(projection: Any, included: tuple[str, ...], names: set[str]) -> None:
    """KEYS_ONLY has both keys, INCLUDE the named attributes that the item has too, ALL everything."""
    entry = IndexDefinition("I", True, BY_CITY.keys, projection, included).entry(FULL, KEYS)
    assert entry is not None
    assert set(entry) == names


@pytest.mark.parametrize(
    "change",
    [
        {"city": None},
        {"total": None},
        {"total": {"S": "1.50"}},
        {"city": {"NULL": True}},
        {"city": {"L": []}},
        {"city": {"S": ""}},
        {"city": {"S": "x" * 2049}},
        {"city": {"S": "ö" * 1025}},
    ],
)
def test_an_item_without_the_index_key_is_not_in_it(change: dict[str, Any]) -> None:
    """Sparse: an item whose key attribute is absent, of another type, empty or too long falls out of the index."""
    spoiled = {name: typed for name, typed in {**FULL, **change}.items() if typed is not None}
    assert BY_CITY.entry(spoiled, KEYS) is None
    assert disagreements([spoiled], [], BY_CITY, KEYS) == []
    (found,) = disagreements([spoiled], [spoiled], BY_CITY, KEYS)
    assert found.fault is Fault.PHANTOM
    assert "city, total" in found.because


def test_a_binary_key_is_measured_in_bytes() -> None:
    """A sort key of 1,024 bytes fits, however long its base64 is; one of 1,025 does not."""
    binary = IndexDefinition("I", False, (IndexKey("id", "S", "HASH"), IndexKey("b", "B", "RANGE")), "KEYS_ONLY")
    for size, fits in ((1024, True), (1025, False)):
        typed = {"B": b64encode(b"x" * size).decode()}
        assert (binary.entry(item("a", b=typed), KEYS) is not None) == fits


def test_an_index_that_agrees() -> None:
    """Entries in any order and numbers in any spelling agree; so does an empty index of a table without such items."""
    other = item("b", city={"S": "Rome"}, total={"N": "2"})
    spelled = {**FULL, "total": {"N": "1.5"}}
    assert disagreements([FULL, other, item("c")], [other, spelled], BY_CITY, KEYS) == []
    assert disagreements([item("c")], [], BY_CITY, KEYS) == []


def fault(entries: list[dict[str, Any]], definition: IndexDefinition = BY_CITY) -> tuple[Fault, str]:
    """The one thing that is wrong with an index of one item."""
    (found,) = disagreements([FULL], entries, definition, KEYS)
    return found.fault, found.because


def test_every_fault_is_named() -> None:
    """A missing, a phantom, a doubled and a wrong entry, and a wrong projection, are told apart."""
    keys_only = IndexDefinition("I", True, BY_CITY.keys, "KEYS_ONLY")
    bare = {name: FULL[name] for name in ("id", "city", "total")}
    assert fault([]) == (Fault.MISSING, "no entry for this item")
    assert fault([FULL, item("z", city={"S": "x"})])[0] is Fault.PHANTOM
    assert fault([FULL, FULL]) == (Fault.TWICE, "more than one entry")
    assert fault([{**FULL, "total": {"N": "9"}}]) == (Fault.VALUES, "holds other values than the item")
    assert fault([bare]) == (Fault.PROJECTION, "lacks note, status; its projection is ALL")
    assert fault([FULL], keys_only) == (Fault.PROJECTION, "has note, status too; its projection is KEYS_ONLY")


ITEMS = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.fixed_dictionaries(
        {},
        optional={
            "city": st.one_of(st.fixed_dictionaries({"S": st.sampled_from("xyz")}), st.just({"N": "1"})),
            "total": st.fixed_dictionaries({"N": st.sampled_from(["1", "2"])}),
            "note": st.fixed_dictionaries({"S": st.sampled_from("uv")}),
        },
    ),
    max_size=8,
)


@given(ITEMS, st.sampled_from(["ALL", "KEYS_ONLY", "INCLUDE"]), st.data())
def test_one_lost_entry_is_found_and_nothing_else(drawn: dict[str, Any], projection: Any, data: st.DataObject) -> None:
    """An index made by the rules agrees with its table; without one of its entries it lacks exactly that one."""
    definition = IndexDefinition("I", True, BY_CITY.keys, projection, ("note",) if projection == "INCLUDE" else ())
    items = [item(name, **attributes) for name, attributes in drawn.items()]
    entries = [entry for each in items if (entry := definition.entry(each, KEYS)) is not None]
    assert disagreements(items, reversed(entries), definition, KEYS) == []
    if entries:
        lost = data.draw(st.sampled_from(entries))
        (found,) = disagreements(items, [entry for entry in entries if entry is not lost], definition, KEYS)
        assert (found.fault, found.key) == (Fault.MISSING, key_of(lost, KEYS))


def test_definitions_are_read_from_a_description() -> None:
    """Both kinds of index, with their keys' types and projections, as DescribeTable answers them."""
    described = {
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": t} for n, t in (("id", "S"), ("n", "N"))],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "G",
                "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["y", "x"]},
            }
        ],
        "LocalSecondaryIndexes": [
            {
                "IndexName": "A",
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    }
    local, global_ = definitions(described)
    assert local == IndexDefinition("A", False, (IndexKey("id", "S", "HASH"), IndexKey("n", "N", "RANGE")), "KEYS_ONLY")
    assert global_ == IndexDefinition("G", True, (IndexKey("n", "N", "HASH"),), "INCLUDE", ("x", "y"))
    assert definitions({}) == ()
