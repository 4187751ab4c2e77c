"""Whole drills on a table with a global and a local index: what the indexes held is evidence, and is judged."""

from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest
from dynadrill.drills.stored import judge_folder
from dynadrill.drills.verdict import Outcome


def claim(judgement: Any, name: str = "indexes_agree") -> Any:
    """What one claim came to."""
    return next(each for each in judgement.validators if each.name == name)


def test_both_indexes_of_orders_come_back_and_agree(drill: Any) -> None:
    """S4-08, S4-09: the restored table has its global and its local index, and they hold what its items say."""
    ran = drill("bad_overwrite")
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    assert claim(ran.judgement).verdict is Outcome.PASS
    for name, keys in (("ByCity", {"city", "total", "status", "placed_at"}), ("ByDate", {"placed_at"})):
        (first, *rest) = pq.read_table(ran.folder.index_snapshot(name)).column("item").to_pylist()
        assert len(rest) > 250
        assert set(orjson.loads(first)) == keys | {"CustomerId", "OrderId"}


@pytest.mark.parametrize("name", ["ByCity", "ByDate"])
def test_a_lost_entry_fails_the_drill(name: str, drill: Any) -> None:
    """An index that lacks one entry fails the run, which names the index and the item; so does one that is gone."""
    ran = drill("bad_overwrite")
    path = ran.folder.index_snapshot(name)
    table = pq.read_table(path)
    pq.write_table(table.slice(1), path)
    judged = judge_folder(ran.folder.path)
    assert judged.verdict is Outcome.FAIL
    assert f"index {name}, read once: 1 missing" in claim(judged).because
    path.unlink()
    judged = judge_folder(ran.folder.path)
    assert judged.verdict is Outcome.UNKNOWN
    assert claim(judged).verdict is Outcome.UNKNOWN
