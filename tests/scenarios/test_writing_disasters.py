"""Disasters that write items: they change only what they say, and leave a clue that is true."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from botocore.exceptions import ClientError
from dynadrill.drills import catalog
from dynadrill.drills.history import Told
from dynadrill.drills.values import ABSENT, digest
from dynadrill.fixtures.important_table import VerySuperImportantTable
from dynadrill.fixtures.orders import Orders
from dynadrill.scenarios.disasters.encrypted_values import EncryptedValues
from dynadrill.scenarios.disasters.half_transaction import HalfTransaction
from dynadrill.scenarios.disasters.single_delete import SingleDelete
from dynadrill.scenarios.disasters.slow_deletes import SlowDeletes
from dynadrill.scenarios.disasters.type_migration import TypeMigration
from dynadrill.scenarios.disasters.wrong_environment import WrongEnvironment

WRITING = {
    "batch_delete": VerySuperImportantTable(),
    "encrypted_values": Orders(),
    "half_transaction": Orders(),
    "overwrite": Orders(),
    "single_delete": VerySuperImportantTable(),
    "slow_deletes": Orders(),
    "ttl_in_milliseconds": VerySuperImportantTable(),
    "type_migration": Orders(),
    "wrong_environment": Orders(),
}


@pytest.mark.parametrize("name", WRITING)
def test_it_changes_what_it_wrote_and_nothing_else(name: str, strikes: Any) -> None:
    """Every item that differs was written by the disaster, holds what it wrote, and no setting has changed."""
    struck = strikes(catalog.load(catalog.Kind.DISASTER, name), WRITING[name])
    assert struck.changed
    assert struck.changed == struck.told()
    assert struck.acts == []
    assert struck.settings_after == struck.settings_before
    for write in struck.writes:
        found = struck.after.get(write.key)
        assert (ABSENT if found is None else digest(found)) == write.digest


@pytest.mark.parametrize("name", WRITING)
def test_its_clue_is_the_instant_of_the_first_write(name: str, strikes: Any) -> None:
    """What an SRE finds says, to a tenth of a second and never too late, when the first bad write was asked."""
    struck = strikes(catalog.load(catalog.Kind.DISASTER, name), WRITING[name])
    first_at = min(write.asked_at for write in struck.writes)
    assert struck.clue.first_bad_at is not None
    assert 0 <= first_at - struck.clue.first_bad_at < 0.1
    assert struck.clue.source


@pytest.mark.parametrize("name", WRITING)
def test_the_seed_decides(name: str, strikes: Any, target: Any, tmp_path: Any) -> None:
    """Struck a second time with the same seed, a disaster chooses the same keys and values."""
    disaster, fixture = catalog.load(catalog.Kind.DISASTER, name), WRITING[name]
    first = strikes(disaster, fixture)
    target.control().update_table(TableName=first.table, DeletionProtectionEnabled=False)
    target.control().delete_table(TableName=first.table)
    (tmp_path / "history" / "drill.jsonl").unlink()
    second = strikes(disaster, fixture)
    assert [(w.key, w.digest) for w in first.writes] == [(w.key, w.digest) for w in second.writes]


def test_slow_deletes_begin_on_the_full_minute_and_take_fifteen_minutes(strikes: Any) -> None:
    """S0-09: the first delete is stamped with the full minute, the others follow one every ten seconds."""
    struck = strikes(SlowDeletes(), Orders())
    asked = [write.asked_at for write in struck.writes]
    assert asked[0] % 60 < 0.01
    assert len(asked) == 90
    assert all(9.9 < later - earlier < 10.2 for earlier, later in pairwise(asked))
    assert all(write.outcome is Told.OK and write.digest == ABSENT for write in struck.writes)


def test_one_item_is_deleted(strikes: Any) -> None:
    """S2-04: of all items one is gone."""
    struck = strikes(SingleDelete(), VerySuperImportantTable())
    assert len(struck.before) - len(struck.after) == 1


def test_the_wrong_writers_writes_are_found_by_their_mark(strikes: Any) -> None:
    """S2-03: the items that carry the script's name are those that it wrote, over real items and beside them."""
    struck = strikes(WrongEnvironment(), Orders())
    marked = {key for key, item in struck.after.items() if item.get("written_by") == {"S": "staging-loader"}}
    assert marked == struck.told()
    assert marked & struck.before.keys()
    assert len(marked - struck.before.keys()) == 50


def test_ciphertext_keeps_keys_numbers_and_counts(strikes: Any) -> None:
    """Every item is still there with its number, and no string of an encrypted one is what it was."""
    struck = strikes(EncryptedValues(), Orders())
    assert struck.after.keys() == struck.before.keys()
    assert len(struck.changed) > 100
    for key in struck.changed:
        before, after = struck.before[key], struck.after[key]
        assert after["total"] == before["total"]
        assert after["token"] != before["token"]
        assert "B" in after["lines"]


def test_half_a_transaction_breaks_a_sum(strikes: Any) -> None:
    """Each item is valid, and together they are worth less than before, by half of what the hit ones were worth."""
    struck = strikes(HalfTransaction(), Orders())

    def worth(items: Any, keys: Any) -> Decimal:
        return sum((Decimal(items[key]["total"]["N"]) for key in keys), Decimal(0))

    assert len(struck.changed) == 20
    hit = struck.changed
    assert worth(struck.after, struck.after) == worth(struck.before, struck.before) - worth(struck.before, hit) / 2


def test_a_migration_takes_items_out_of_their_index(strikes: Any) -> None:
    """All items are in the table; those that it has been through, and no others, are missing in the index."""
    struck = strikes(TypeMigration(), Orders())
    assert struck.after.keys() == struck.before.keys()
    control = struck.target.control()
    pages = control.get_paginator("scan").paginate(TableName=struck.table, IndexName="ByCity", Select="COUNT")
    assert sum(page["Count"] for page in pages) == len(struck.before) - len(struck.changed) > 50
    for key in struck.changed:
        assert struck.after[key]["address"] == {"M": {"city": struck.before[key]["city"]}}


def test_an_index_key_of_another_type_is_refused(strikes: Any) -> None:
    """What the migration would have done at first is no disaster: DynamoDB does not take such an item."""
    struck = strikes(TypeMigration(), Orders())
    item = next(iter(struck.before.values()))
    wrong = {**item, "city": {"M": {"city": item["city"]}}}
    with pytest.raises(ClientError, match="ValidationException"):
        struck.target.data().put_item(TableName=struck.table, Item=wrong)
