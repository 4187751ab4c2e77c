"""What a sample says: shares, the bound, and that it covers."""

from math import comb
from random import Random

import pytest
from dynadrill.drills.compare.sampling import parse_share, sampled, upper_bound
from dynadrill.drills.errors import UsageError


@pytest.mark.parametrize(("text", "share"), [("1%", 0.01), ("0.5%", 0.005), ("0.25", 0.25), ("100%", 1.0)])
def test_a_share_is_read(text: str, share: float) -> None:
    """Shares are written in percent or as fractions."""
    assert parse_share(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "0", "0%", "101%", "1.5", "-1%", "one", "1 %%"])
def test_what_is_no_share_is_wrong_usage(text: str) -> None:
    """A share is more than nothing and at most all."""
    with pytest.raises(UsageError):
        parse_share(text)


@pytest.mark.parametrize("of", [1, 10, 300, 100_000])
def test_without_a_difference_the_bound_is_the_rule_of_three(of: int) -> None:
    """No difference among n: the bound is 1 - 0.05^(1/n), at most 3/n."""
    assert upper_bound(0, of) == pytest.approx(1 - 0.05 ** (1 / of))
    assert upper_bound(0, of) <= 3 / of


@pytest.mark.parametrize(("found", "of"), [(1, 10), (3, 50), (7, 200), (49, 50), (150, 1000)])
def test_the_bound_is_clopper_and_pearsons(found: int, of: int) -> None:
    """At the bound, finding so few or fewer has a probability of exactly 5 %."""
    share = upper_bound(found, of)
    chance = sum(comb(of, number) * share**number * (1 - share) ** (of - number) for number in range(found + 1))
    assert chance == pytest.approx(0.05, rel=1e-6)


def test_a_bound_on_a_large_sample_is_found() -> None:
    """Many differences among many keys do not exceed what numbers can say."""
    assert 0.5 < upper_bound(50_000, 100_000) < 0.504
    assert upper_bound(10, 10) == 1.0


def test_the_bound_covers_in_95_of_100_cases() -> None:
    """Of many samples of a known table, at least 95 % have a bound above the true share."""
    random, share, keys = Random(11), 0.02, 200
    found = [sum(random.random() < share for _ in range(keys)) for _ in range(500)]
    assert sum(upper_bound(number, keys) >= share for number in found) >= 0.95 * len(found)


def test_a_sample_says_how_many_keys_may_differ() -> None:
    """The estimate of all keys comes from the sample's own share, and the bound is told in keys, too."""
    said = sampled(0.01, 3000, 0)
    assert (said.keys, said.of_about, said.confidence) == (3000, 300_000, 0.95)
    assert said.at_most_keys == pytest.approx(300, abs=2)
