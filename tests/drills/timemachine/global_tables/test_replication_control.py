"""Replication over the control API: what is under way, its lag and its pauses, and what wrong requests are told."""

from typing import Any

import orjson
import pytest
from dynadrill.drills.timemachine.calls import Call

from ..support import put
from .regions import EAST, WEST, Regions


def ask(regions: Regions, method: str, path: str, members: Any = None) -> tuple[int, Any]:
    """The status and the members of an answer."""
    body = b"" if members is None else orjson.dumps(members)
    answer = regions.machine.respond(Call(method, "localhost", f"/dynadrill/replication{path}", {}, body))
    return answer.status, orjson.loads(answer.body)


def test_what_is_under_way_is_shown(pair: Regions) -> None:
    """Pending writes are listed with their keys, Regions and times."""
    now = pair.clock.now()
    put(pair.client(EAST), "a")
    status, shown = ask(pair, "GET", "")
    assert (status, shown["paused"]) == (200, [])
    assert shown["pending"] == [
        {
            "account": "123456789012",
            "table": "Orders",
            "source": EAST,
            "destination": WEST,
            "key": {"id": {"S": "a"}},
            "is_deletion": False,
            "written_at": now,
            "arrives_at": now + 1,
        }
    ]


def test_the_lag_can_be_set(pair: Regions) -> None:
    """A lag set for one way holds for this way only."""
    assert ask(pair, "POST", "/lag", {"least_s": 5, "source": EAST}) == (
        200,
        {"least_s": 5.0, "most_s": 5.0, "source": EAST},
    )
    put(pair.client(EAST), "a")
    put(pair.client(WEST), "b")
    pair.pass_s(1)
    assert (pair.items(EAST), pair.items(WEST)) == ({"a": "v", "b": "v"}, {"b": "v"})


def test_a_way_can_be_paused_and_resumed(pair: Regions) -> None:
    """A pause holds writes until it is taken back."""
    way = {"source": EAST, "destination": WEST}
    assert ask(pair, "POST", "/pause", way) == (200, way)
    assert ask(pair, "GET", "")[1]["paused"] == [{"table": "", **way}]
    put(pair.client(EAST), "a")
    pair.pass_s(100)
    assert pair.items(WEST) == {}
    assert ask(pair, "GET", "")[1]["pending"][0]["arrives_at"] is None
    assert ask(pair, "POST", "/resume", way) == (200, way)
    pair.pass_s(1)
    assert pair.items(WEST) == {"a": "v"}


@pytest.mark.parametrize(
    ("path", "members", "status"),
    [
        ("/lag", {}, 400),
        ("/lag", {"least_s": 2, "most_s": 1}, 400),
        ("/lag", {"least_s": -1}, 400),
        ("/lag", {"least_s": 1, "from": EAST}, 400),
        ("/pause", {"source": 1}, 400),
        ("/pause", {"region": EAST}, 400),
        ("/resume", {"source": EAST}, 404),
    ],
)
def test_wrong_requests_are_told_so(pair: Regions, path: str, members: Any, status: int) -> None:
    """What is misspelt, out of range or not there is refused with a message."""
    found, said = ask(pair, "POST", path, members)
    assert (found, bool(said["message"])) == (status, True)
