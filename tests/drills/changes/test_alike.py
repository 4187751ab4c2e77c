"""Whether replicas hold the same items: looked at again until they do, or the time for it is up."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from dynadrill.drills.changes.alike import await_alike
from dynadrill.drills.errors import RecoveryFailedError


@dataclass
class Replicas:
    """Two tables, of which the second gets what it lacks after some looks."""

    home: dict[str, str]
    away: dict[str, str]
    arrives_after: int
    now: float = 0.0
    looks: int = 0
    said: list[str] = field(default_factory=list)

    def tools(self) -> Any:
        """What a recovery has, as far as this looks."""
        clock = SimpleNamespace(now=lambda: self.now, live=self._live)
        return SimpleNamespace(key_attributes=("id",), scan=self._scan, clock=clock, progress=self.said.append)

    def _live(self, seconds: float) -> None:
        self.now += seconds

    def _scan(self, table: str) -> Iterator[dict[str, Any]]:
        if table == "home":
            self.looks += 1
            if self.looks > self.arrives_after:
                self.home = dict(self.away)
        held = self.home if table == "home" else self.away
        return iter([{"id": {"S": key}, "v": {"S": value}} for key, value in held.items()])


@pytest.mark.parametrize("home", [{"a": "1"}, {"a": "1", "b": "0"}, {"a": "1", "b": "2", "c": "3"}])
def test_what_differs_is_looked_at_again_until_it_is_alike(home: dict[str, str]) -> None:
    """An item that is missing, one with another value and one too many are each waited for."""
    replicas = Replicas(home, {"a": "1", "b": "2"}, arrives_after=2)
    await_alike(replicas.tools(), "away", "home", 10.0)
    assert (replicas.looks, replicas.now) == (3, 2.0)
    assert replicas.said == ["1 item is not alike yet"] * 2


def test_what_stays_different_is_no_replica() -> None:
    """After its time it is said how many items differ, and where."""
    replicas = Replicas({}, {"a": "1", "b": "2"}, arrives_after=99)
    with pytest.raises(RecoveryFailedError, match="2 items are not the same in away and home after 3 s"):
        await_alike(replicas.tools(), "away", "home", 3.0)
    assert replicas.now == 3.0


def test_replicas_that_are_alike_are_read_once() -> None:
    """Users are held no longer than it takes to read both."""
    replicas = Replicas({"a": "1"}, {"a": "1"}, arrives_after=0)
    await_alike(replicas.tools(), "away", "home", 10.0)
    assert (replicas.looks, replicas.now) == (1, 0.0)
