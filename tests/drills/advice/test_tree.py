"""The rules of thumb: every leaf of the tree is reached, and names a strategy that there is."""

import pytest
from dynadrill.drills.advice.strategies import known
from dynadrill.drills.advice.tree import RULES, Leaf, Needs, decide

S, M, H, D = 1.0, 60.0, 3600.0, 86400.0

LEAVES = {
    Leaf.NO_RESTORE_IS_SO_FAST: [Needs(M, 15 * M), Needs(D, 0.0)],
    Leaf.RECOVERY_ALONE: [Needs(5 * M, 2 * H), Needs(S, 20 * M), Needs(D, D), Needs(H, 4 * H, compliance=True)],
    Leaf.STRONG_REPLICA_AND_RECOVERY: [Needs(0.0, 0.0, region_loss=True), Needs(S, 15 * M, region_loss=True)],
    Leaf.REPLICA_AND_RECOVERY: [
        Needs(2 * S, 15 * M, region_loss=True),
        Needs(59 * M, 4 * H, region_loss=True),
        Needs(D, 15 * M, region_loss=True),
    ],
    Leaf.RECOVERY_AND_HOURLY_COPIES: [Needs(H, 4 * H, region_loss=True), Needs(23 * H, H, region_loss=True)],
    Leaf.HOURLY_COPIES: [Needs(H, 8 * H, region_loss=True)],
    Leaf.DAILY_COPIES: [Needs(D, 8 * H, region_loss=True)],
    Leaf.DAILY_ARCHIVE: [Needs(D, 8 * H, compliance=True), Needs(D, 8 * H, region_loss=True, compliance=True)],
}


@pytest.mark.parametrize(("leaf", "needs"), [(leaf, needs) for leaf, all_of in LEAVES.items() for needs in all_of])
def test_every_leaf_is_reached(leaf: Leaf, needs: Needs) -> None:
    """S1-63: the tree begins at RPO and RTO, and each of its ends is reached by what leads there."""
    assert decide(needs) is leaf


def test_no_leaf_is_left_out() -> None:
    """Every leaf has cases above and a rule, and names a strategy that there is, or says that there is none."""
    assert set(LEAVES) == set(Leaf) == set(RULES)
    named = {strategy for strategy, _ in RULES.values()}
    assert named - {None} <= set(known().strategy)
    assert all(rule for _, rule in RULES.values())


def test_the_four_rules_of_thumb() -> None:
    """S1-59, S1-60, S1-61, S1-62: each rule names its strategy; global tables are said to replicate bad writes."""
    assert RULES[decide(Needs(S, 15 * M, region_loss=True))][0] == "strong_global_tables_and_point_in_time"
    assert RULES[decide(Needs(M, 15 * M, region_loss=True))][0] == "global_tables_and_point_in_time"
    for leaf in (Leaf.REPLICA_AND_RECOVERY, Leaf.STRONG_REPLICA_AND_RECOVERY):
        assert "replicates bad writes" in RULES[leaf][1]
    assert RULES[decide(Needs(5 * M, 4 * H))][0] == "point_in_time"
    assert RULES[decide(Needs(H, 4 * H, region_loss=True))][0] == "point_in_time_and_hourly_copies"
    assert RULES[decide(Needs(D, 8 * H, compliance=True))][0] == "daily_backups"
