"""What there is to choose from, and that the cells it stands on are there."""

import shlex

from dynadrill.drills.advice.measured import shipped
from dynadrill.drills.advice.strategies import Disaster, known, wanted_cells
from dynadrill.drills.catalog import Kind, load, names
from dynadrill.drills.recovery import Billed


def test_strategies_say_what_speaks_for_and_against_them() -> None:
    """S1-57: each of the six, and ours, has pros, cons and what it is best for, and answers to every disaster."""
    found = known().strategy
    assert len(found) == 7
    for name, strategy in found.items():
        assert min(len(strategy.pros), len(strategy.cons), len(strategy.best_for)) > 25, name
        assert set(strategy.answers) == set(Disaster), name
        assert bool(strategy.every) == any(answer.scheduled for answer in strategy.answers.values()), name


def test_what_they_name_is_there() -> None:
    """Disasters and recoveries are in the catalog, and every protection says what a month of it costs."""
    for disaster, recovery in wanted_cells():
        assert disaster in names(Kind.DISASTER)
        assert recovery in names(Kind.RECOVERY)
    for strategy in known().strategy.values():
        for protection in strategy.protections:
            assert isinstance(load(Kind.RECOVERY, protection["recovery"]), Billed)
        assert strategy.protections or strategy.replicas


def test_methods_are_told_apart_by_their_facts() -> None:
    """S1-01, S1-02, S1-05 to S1-08: purpose, RPO, RTO, cost and best use of the two primary methods and AWS Backup."""
    methods = known().method
    assert set(methods) == {"point_in_time", "on_demand_backup", "aws_backup"}
    recovery, backup = methods["point_in_time"], methods["on_demand_backup"]
    assert "35 days" in recovery.purpose
    assert "compliance" in backup.purpose
    assert "5 minutes ago" in recovery.rpo
    assert "age of the newest backup" in backup.rpo
    assert "20 minutes" in recovery.rto
    assert "operations" in recovery.best_for
    assert "long keeping" in backup.best_for


def test_the_cells_that_come_with_dynadrill_are_those_that_strategies_stand_on() -> None:
    """The stored matrix has every cell that is wanted, and says its date and a command that names just these."""
    cells, measured = shipped(), known().measured
    assert not [place for place in wanted_cells() if place not in cells.by_place]
    assert str(measured.at) in cells.source
    words = shlex.split(measured.command)
    named = {option: {words[n + 1] for n, word in enumerate(words[:-1]) if word == option} for option in words}
    assert named["--disasters"] == {disaster for disaster, _ in cells.by_place}
    assert named["--recoveries"] == {recovery for _, recovery in cells.by_place}
    for disaster, recovery in cells.by_place:
        assert disaster in names(Kind.DISASTER)
        assert recovery in names(Kind.RECOVERY)
