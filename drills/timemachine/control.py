"""The control API, on the same port as DynamoDB: read and advance the clock, forget everything.

GET  /dynadrill/clock                                   {"now": 1700000000.0}
POST /dynadrill/clock   {"advance_s": 300} or {"to_at": 1700000300}    {"now": 1700000300.0}
POST /dynadrill/reset                                   {}
"""

from math import isfinite
from typing import Any

import orjson

from .backend import Fleet
from .calls import Answer

PREFIX = "/dynadrill/"
LATEST_AT = 253_402_300_799.0
"""The end of the year 9999, after which there are no dates."""


class BadControlError(Exception):
    """A control request that cannot be understood; the text says what was found and what was expected."""


def control(fleet: Fleet, method: str, path: str, body: bytes) -> Answer:
    """Answer one control request; a wrong one gets status 400 (404, 405) and a message."""
    clock = fleet.journal.clock
    try:
        match method, path.removeprefix(PREFIX):
            case "GET", "clock":
                return _answer(200, {"now": clock.now()})
            case "POST", "clock":
                clock.set_forward(_wanted_at(clock.now(), body))
                fleet.journal.catch_up()
                return _answer(200, {"now": clock.now()})
            case "POST", "reset":
                fleet.reset()
                return _answer(200, {})
            case _, "clock" | "reset":
                return _answer(405, {"message": f"{method} is not a method of {path}"})
    except BadControlError as error:
        return _answer(400, {"message": str(error)})
    return _answer(404, {"message": f"{path} is not here; there are {PREFIX}clock and {PREFIX}reset"})


def _wanted_at(now: float, body: bytes) -> float:
    try:
        members = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadControlError(f"the body is not JSON: {error}") from None
    match members:
        case {"advance_s": seconds, **rest} if not rest:
            wanted_at = now + _number("advance_s", seconds)
        case {"to_at": at, **rest} if not rest:
            wanted_at = _number("to_at", at)
        case _:
            raise BadControlError('expected {"advance_s": SECONDS} or {"to_at": EPOCH_SECONDS}')
    if wanted_at > LATEST_AT:
        raise BadControlError("that is after the year 9999")
    return wanted_at


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value < 0:
        raise BadControlError(f"{name} must be a number that is not negative, but is {value!r}")
    return float(value)


def _answer(status: int, members: dict[str, Any]) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, orjson.dumps(members))
