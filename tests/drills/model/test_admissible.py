"""The expected set of a key, against every order in which its writes may have taken effect."""

from collections.abc import Sequence
from math import inf

import pytest
from dynadrill.drills.history import Write
from dynadrill.drills.ledger import Beginning, admissible, lives
from dynadrill.drills.values import ABSENT

from .orders import OPEN_TO_TRY, possible_between, possible_values
from .world import END, SOURCE, Shape, digest, worlds

SMALL = Shape(keys=2, writes=(1, 5), transactions=0.2, info=0.3)
EXPIRING = Shape(keys=2, writes=(1, 4), values=0, ttl=0.7)


@pytest.mark.parametrize("shape", [SMALL, EXPIRING], ids=["repeated values", "with TTL"])
def test_is_exactly_what_some_order_of_the_writes_allows(shape: Shape) -> None:
    """S1-65: a value is in the set of an instant exactly when an order of effects leaves it there then."""
    compared = 0
    for world in worlds(700, shape):
        for writes in world.ledger().physical(SOURCE).values():
            if len(writes) > OPEN_TO_TRY:
                continue
            for at in world.random.sample(range(END), 4):
                compared += 1
                allowed = possible_values(writes, at)
                assert admissible(writes, at, at) == allowed, (world.seed, at, writes)
    assert compared > 3000


@pytest.mark.parametrize("shape", [SMALL, EXPIRING], ids=["repeated values", "with TTL"])
def test_of_a_stretch_is_that_of_all_its_instants(shape: Shape) -> None:
    """A value is in the set of a boundary exactly when it is possible at some instant inside it."""
    for world in worlds(250, shape, first=10_000):
        for writes in world.ledger().physical(SOURCE).values():
            from_at = world.random.randrange(END)
            to_at = from_at + world.random.randrange(1, 12)
            if len(writes) <= OPEN_TO_TRY:
                allowed = possible_between(writes, from_at, to_at)
                assert admissible(writes, from_at, to_at) == allowed, (world.seed, from_at, to_at)


@pytest.mark.parametrize("shape", [Shape(writes=(2, 40)), EXPIRING], ids=["many writes", "with TTL"])
def test_says_what_the_lives_say(shape: Shape) -> None:
    """A value is in the set of a stretch exactly when one of its lives is open in it, however many writes there are."""
    for world in worlds(1500, shape):
        beginnings = [Beginning(digest(f"v{number}"), number * 10.0) for number in range(world.random.randrange(3))]
        beginnings = beginnings or [Beginning(ABSENT)]
        for writes in world.ledger().physical(SOURCE).values():
            from_at = world.random.randrange(END)
            to_at = from_at + world.random.choice((0, 0, 5))
            alive = {life.digest for life in lives(writes, beginnings) if life.asked_at <= to_at < inf}
            alive -= {value for value in alive if not _open(writes, beginnings, value, from_at, to_at)}
            assert admissible(writes, from_at, to_at, beginnings) == alive, (world.seed, from_at, to_at)


def _open(writes: Sequence[Write], beginnings: Sequence[Beginning], value: bytes, from_at: float, to_at: float) -> bool:
    """Whether a life of one value is open in a stretch, asked for that value alone."""
    return any(life.asked_at <= to_at and life.closed_at > from_at for life in lives(writes, beginnings, only=value))


def test_holds_the_true_value_at_every_instant() -> None:
    """Whatever overlaps, is refused or stays unanswered: what a key truly holds is always in its set."""
    for world in worlds(2000, Shape(writes=(2, 25))):
        physical = world.ledger().physical(SOURCE)
        for at in world.random.sample(range(END), 3):
            state = world.state(at)
            for one in world.keys:
                assert digest(state.get(one)) in admissible(physical.get(one, ()), at, at), (world.seed, one, at)
