"""What users made of damaged items, without the damage."""

import pytest
from dynadrill.drills.changes.merging import merged
from dynadrill.drills.values import Item, Key, key_of

KEY: Key = key_of({"id": {"S": "a"}}, ("id",))


def item(**attributes: str) -> Item:
    """An item under the one key."""
    return {"id": {"S": "a"}, **{name: {"S": value} for name, value in attributes.items()}}


RIGHT = item(city="Bonn", total="7")


@pytest.mark.parametrize(
    ("base", "theirs", "right", "merge"),
    [
        (item(city="Bonn", total="0"), item(city="Rome", total="0"), RIGHT, item(city="Rome", total="7")),
        (item(city="Bonn", total="0"), item(city="Bonn", total="9"), RIGHT, item(city="Bonn", total="9")),
        (
            item(address="Bonn", total="7"),
            item(address="Bonn", total="9", city="Rome"),
            RIGHT,
            item(total="9", city="Rome"),
        ),
        (item(address="Bonn", total="7"), item(address="Bonn", total="9"), RIGHT, item(total="9", city="Bonn")),
        (item(by="loader"), item(by="loader", city="Rome"), None, item(city="Rome")),
        (item(by="loader"), item(city="Rome"), RIGHT, item(city="Rome")),
        (item(by="loader"), None, RIGHT, None),
        (None, item(city="Rome"), RIGHT, item(city="Rome")),
        (RIGHT, item(city="Rome", total="7"), RIGHT, item(city="Rome", total="7")),
    ],
)
def test_a_users_change_is_kept_and_the_damage_is_not(
    base: Item | None, theirs: Item | None, right: Item | None, merge: Item | None
) -> None:
    """An update's own part stays, what it left of the damage becomes what it was, and a whole item stays whole."""
    assert merged(KEY, base, theirs, right) == merge
