"""A client of the time machine's control API: the clock, faults and outages of an embedded target, for disasters."""

from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote, urlsplit

import orjson

from ..errors import UnverifiableError, UsageError

if TYPE_CHECKING:
    from ..timemachine.machine import TimeMachine

PATH: Final = "/dynadrill/"
ANSWER_WITHIN_S: Final = 60.0
"""Moving the clock over a long time may let much happen."""

Ask: TypeAlias = Callable[[str, str, bytes], tuple[int, bytes]]
"""Carries a method, a path and a body to a machine, and its status and body back.

Raises:
    UnverifiableError: nobody answers.
"""


class Controls:
    """What can be done to a time machine beside calling its services.

    Args:
        ask: how it is reached: `over_http` or `within`.

    Every method raises UsageError where the machine refuses what is asked, and UnverifiableError where it is gone.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def now(self) -> float:
        """The machine's instant, epoch seconds."""
        now: float = self._asked("GET", "clock")["now"]
        return now

    def clock_kind(self) -> str:
        """How its time passes: real, manual or wall."""
        return str(self._asked("GET", "clock")["clock"])

    def move_to(self, at: float) -> float:
        """Move the machine's clock to an instant, unless it is later there; the answer is what it says then."""
        now: float = self._asked("POST", "clock", {"to_at": at})["now"]
        return now

    def catch_up(self) -> None:
        """Let happen what has fallen due, rather than before the next request."""
        self.advance(0.0)

    def advance(self, seconds: float) -> float:
        """Move the machine's clock forward; the answer is its new instant."""
        now: float = self._asked("POST", "clock", {"advance_s": seconds})["now"]
        return now

    def add_fault(self, effect: str, **where: object) -> int:
        """Switch a fault on and give its number; `where` is as in the control API: operation, table, times, ..."""
        number: int = self._asked("POST", "faults", {"effect": effect, **where})["number"]
        return number

    def remove_fault(self, number: int) -> None:
        """Switch one fault off."""
        self._asked("DELETE", f"faults/{number}")

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are on, as the control API shows them."""
        faults: list[dict[str, Any]] = self._asked("GET", "faults")["faults"]
        return faults

    def policies(self) -> dict[str, Any]:
        """The access keys that are held to a policy of IAM, each with it."""
        policies: dict[str, Any] = self._asked("GET", "policies")["policies"]
        return policies

    def hold_to_policy(self, access_key: str, policy: Mapping[str, Any]) -> None:
        """Let an access key do what a policy of IAM allows, and nothing else."""
        self._asked("POST", "policies", {"access_key": access_key, "policy": policy})

    def lose_region(self, region: str, mode: str = "refuse") -> None:
        """Take a Region down: every call to it fails until it is brought back."""
        self._asked("POST", "outages", {"region": region, "mode": mode})

    def bring_back_region(self, region: str) -> None:
        """Bring a Region back."""
        self._asked("DELETE", f"outages/{quote(region, safe='')}")

    def lost_regions(self) -> list[str]:
        """The Regions that are down."""
        return [outage["region"] for outage in self._asked("GET", "outages")["outages"]]

    def take_key_away(self, key: str) -> None:
        """Let a key of KMS be of no use: what is encrypted with it cannot be read until it is given back."""
        self._asked("POST", "keys", {"key": key})

    def give_key_back(self, key: str) -> None:
        """Let a key of KMS be of use again."""
        self._asked("DELETE", f"keys/{quote(key, safe='')}")

    def set_lag(self, least_s: float, most_s: float | None = None, **way: str) -> None:
        """Let replicated writes take so long; `way` is any of table, source, destination."""
        lag = least_s if most_s is None else [least_s, most_s]
        self._asked("POST", "replication", {"lag_s": lag, **way})

    def pause_replication(self, **way: str) -> None:
        """Hold replicated writes; `way` is any of table, source, destination."""
        self._asked("POST", "replication", {"paused": True, **way})

    def resume_replication(self, **way: str) -> None:
        """Take back a pause of just that way."""
        self._asked("POST", "replication", {"paused": False, **way})

    def restore_replication(self) -> None:
        """Resume every way, and let all of them take as long as usual."""
        self._asked("DELETE", "replication")

    def mend(self) -> None:
        """Bring every Region back and resume replication: whatever went wrong here was this machine's only drill's."""
        for region in self.lost_regions():
            self.bring_back_region(region)
        self.resume_replication()

    def pending_writes(self) -> list[dict[str, Any]]:
        """The writes that have not arrived in another Region, in the order in which they were written."""
        pending: list[dict[str, Any]] = self._asked("GET", "replication")["pending"]
        return pending

    def state(self) -> dict[str, Any]:
        """Tables by account and Region, and when the next thing happens by itself."""
        return self._asked("GET", "state")

    def reset(self) -> None:
        """Let the machine forget everything but the time."""
        self._asked("POST", "reset")

    def _asked(self, method: str, path: str, members: Mapping[str, object] | None = None) -> dict[str, Any]:
        body = b"" if members is None else orjson.dumps(members)
        status, answer = self._ask(method, PATH + path, body)
        try:
            found = orjson.loads(answer)
        except orjson.JSONDecodeError:
            found = None
        if not isinstance(found, dict):
            raise UnverifiableError(f"{method} {PATH}{path} was answered by {answer[:80]!r}", "Is it a time machine?")
        if status != 200:
            raise UsageError(str(found.get("message", answer)), str(found.get("hint", "")))
        return found


def over_http(url: str, within_s: float = ANSWER_WITHIN_S) -> Controls:
    """Controls of a machine behind a port, `http://127.0.0.1:8000`, which is given up on after so many seconds."""
    address = urlsplit(url)

    def ask(method: str, path: str, body: bytes) -> tuple[int, bytes]:
        # A connection of its own for each: controls are rare, and come from any thread.
        connection = HTTPConnection(address.hostname or "", address.port, timeout=within_s)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, HTTPException) as error:
            raise UnverifiableError(
                f"the time machine at {url} does not answer: {error}", "See whether it still runs."
            ) from error
        finally:
            connection.close()

    return Controls(ask)


def within(machine: "TimeMachine") -> Controls:
    """Controls of a machine in this process."""
    from ..timemachine.calls import Call  # noqa: PLC0415 - only who has a machine has its room imported

    def ask(method: str, path: str, body: bytes) -> tuple[int, bytes]:
        answer = machine.respond(Call(method, "", path, {}, body))
        return answer.status, answer.body

    return Controls(ask)
