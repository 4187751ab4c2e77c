"""Which cells there are, and what they are declared to come to."""

import pytest
from dynadrill.drills.catalog import Kind, load, names
from dynadrill.drills.costs.estimate import GB, Size, Usage, estimate
from dynadrill.drills.costs.prices import read_prices
from dynadrill.drills.errors import UsageError
from dynadrill.drills.matrix.cells import cells, read_declared, scenarios_by_disaster
from dynadrill.drills.matrix.objectives import preset, presets
from dynadrill.drills.matrix.strategies import strategies
from dynadrill.drills.recovery import Billed
from dynadrill.drills.verdict import Outcome


def test_every_disaster_meets_every_recovery() -> None:
    """Where nothing is named the matrix has all cells, each once, exports and global tables among them (S4-24)."""
    found = cells()
    assert {"export_import", "global_table_failover"} <= {cell.recovery for cell in found}
    assert len(found) == len(names(Kind.DISASTER)) * len(names(Kind.RECOVERY))
    assert len({(cell.disaster, cell.recovery) for cell in found}) == len(found)


def test_no_disaster_is_declared_to_pass_without_a_recovery() -> None:
    """With `nothing` no cell is declared to pass, or the matrix would be happy with a drill that shows nothing."""
    assert all(cell.declared.outcome is not Outcome.PASS for cell in cells(recoveries=["nothing"]))


def test_what_is_declared_not_to_pass_says_why() -> None:
    """Every declared outcome other than pass has a reason, and names a cell that is there."""
    there = {(cell.disaster, cell.recovery) for cell in cells()}
    for cell, (expected, _) in read_declared().items():
        assert bool(expected.because) == (expected.outcome is not Outcome.PASS), cell
        assert cell in there


def test_a_star_stands_for_every_disaster_that_is_not_named() -> None:
    """What is declared of a recovery against all disasters gives way to what is declared of one of them."""
    declared = {cell.disaster: cell.declared for cell in cells(recoveries=["deletion_protection"])}
    assert declared.pop("dropped_table").outcome is Outcome.PASS
    assert {expected.outcome for expected in declared.values()} == {Outcome.FAIL}


def test_strategies_are_cells_with_objectives_of_their_own() -> None:
    """The rows of the strategy table name scenarios that there are, and have the numbers of their presets (S1-51)."""
    rows = {cell.row: cell for cell in strategies()}
    assert rows["global-tables"].recovery == "global_table_failover"
    assert (rows["global-tables"].asked["rpo"], rows["global-tables"].asked["rto"]) == ("1s", "15m")
    assert rows["daily-backups"].recovery == "on_demand_backup"
    assert "recovery" not in rows["daily-backups"].asked
    assert len({cell.name for cell in rows.values()}) == len(rows)
    with pytest.raises(UsageError, match="no strategy called 'global-table'"):
        strategies(["global-table"])


def test_some_can_be_chosen() -> None:
    """Named disasters and recoveries make the cells, in the order in which they are named; twice is once."""
    found = cells(["overwrite", "batch_delete", "overwrite"], ["point_in_time"])
    assert [(cell.disaster, cell.recovery) for cell in found] == [
        ("overwrite", "point_in_time"),
        ("batch_delete", "point_in_time"),
    ]
    with pytest.raises(UsageError, match="no recovery called 'point_in_tme'") as caught:
        cells([], ["point_in_tme"])
    assert "Did you mean point_in_time" in caught.value.hint


def test_a_disaster_is_drilled_by_its_own_story() -> None:
    """A disaster that a scenario tells of is drilled with that scenario's table, times and objectives."""
    assert scenarios_by_disaster()["batch_delete"] == "bad_batch_delete"


def test_a_cell_may_have_a_story_of_its_own() -> None:
    """A strong global table cannot be the orders of other stories: its cells name the scenario that drills them."""
    found = {cell.disaster: cell for cell in cells(recoveries=["strong_global_table_failover"])}
    assert found["lost_region"].scenario == found["overwrite"].scenario == "region_lost_without_loss"
    assert found["lost_region"].declared.outcome is Outcome.PASS
    assert found["batch_delete"].scenario == "bad_batch_delete"
    assert found["batch_delete"].declared.outcome is Outcome.UNSUPPORTED
    assert cells(["lost_region"], ["global_table_failover"])[0].scenario == "regional_us_east_2"


def test_objectives_have_names() -> None:
    """Presets carry the sources' numbers, parse, and an unknown one gets the nearest (S0-03, S0-04, S1-43)."""
    assert (preset("five-minutes").rpo_s, preset("five-minutes").rto_s) == (300.0, 7200.0)
    assert (preset("ten-minutes").rpo_s, preset("ten-minutes").rto_s) == (600.0, 3600.0)
    assert (preset("lost-region").rpo_s, preset("lost-region").rto_s) == (3600.0, 14400.0)
    assert all(each.rpo_s > 0 and each.rto_s > 0 and each.story for each in presets().values())
    with pytest.raises(UsageError, match="no preset of objectives called 'five-minute'"):
        preset("five-minute")
    with pytest.raises(UsageError, match="have names") as caught:
        preset("list")
    assert "lost-region: RPO 1h, RTO 4h" in caught.value.hint


@pytest.mark.parametrize("recovery", names(Kind.RECOVERY))
def test_every_recovery_says_what_it_costs(recovery: str) -> None:
    """No cell is without a price: a recovery says what a month of its protection uses, and that has a price."""
    found = load(Kind.RECOVERY, recovery)
    assert isinstance(found, Billed)
    usd = estimate(found.monthly(Usage(Size(100 * GB), 10_000_000)), read_prices()).usd
    assert (usd == 0) == (recovery in {"nothing", "deletion_protection", "key_enabled_again"})
