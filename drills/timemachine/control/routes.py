"""The paths of the control API, and who answers them. Bodies and answers are JSON.

METHOD /dynadrill/PATH      body                                          answer
GET    /dynadrill/                                                        this list
GET    /dynadrill/health                                                  {"status": "ok"}
GET    /dynadrill/version                                                 {"version": "0.1.0"}
GET    /dynadrill/clock                                                   {"now": 1700000000.0, "clock": "real"}
POST   /dynadrill/clock     {"advance_s": 300} or {"to_at": 1700000300}   {"now": 1700000300.0, "clock": "real"}
GET    /dynadrill/faults                                                  {"faults": [{"number": 1, "effect": ...}]}
POST   /dynadrill/faults    {"effect": "throttle", "operation": ...}      {"number": 1, "effect": "throttle", ...}
DELETE /dynadrill/faults                                                  {}
DELETE /dynadrill/faults/1                                                {}
GET    /dynadrill/outages                                                 {"outages": [{"region": ..., "mode": ...}]}
POST   /dynadrill/outages   {"region": "us-east-1", "mode": "refuse"}     {"region": "us-east-1", "mode": "refuse"}
DELETE /dynadrill/outages                                                 {}
DELETE /dynadrill/outages/us-east-1                                       {}
GET    /dynadrill/keys                                                    {"unavailable": [...]}
POST   /dynadrill/keys      {"key": "alias/orders"}                       {"unavailable": ["alias/orders"]}
DELETE /dynadrill/keys                                                    {}
DELETE /dynadrill/keys/alias/orders                                       {}
GET    /dynadrill/policies                                                {"policies": {"KEY": {...}}}
POST   /dynadrill/policies  {"access_key": "KEY", "policy": {...}}        {"policies": {"KEY": {...}}}
DELETE /dynadrill/policies                                                {}
DELETE /dynadrill/policies/KEY                                            {}
GET    /dynadrill/replication                                             {"paused": [...], "pending": [...]}
POST   /dynadrill/replication  {"source": "us-east-1", "lag_s": 5}        {"paused": [...], "pending": [...]}
DELETE /dynadrill/replication                                             {}
GET    /dynadrill/state                                                   {"now": ..., "regions": [...], ...}
POST   /dynadrill/reset                                                   {}

A clock is real (it runs, and can be moved), manual (it stands still until it is moved) or wall (it runs, and cannot be
moved). Its to_at is also ISO 8601 with a zone. Replication takes lag_s (one number, or the least and the most), paused
(true, false) or both, and any of table, source and destination for the ways it is about. The last part of a path may
hold slashes and percent-encoded characters.
A wrong request gets 400, 404 or 405 and {"message": what was found, "hint": what was expected}.
"""

import logging
from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import unquote

import orjson

from ...errors import UsageError
from ..calls import Answer, Call
from ..fleet import Fleet
from ..journal import HappeningError
from . import clock, keys, overview, policies, replication, trouble
from .asked import Asked, NotThereError, members_in

log = logging.getLogger(__name__)

PREFIX: Final = "/dynadrill/"
NAME: Final = "NAME"
"""Stands in a route for a last part of the path that varies."""

Handler: TypeAlias = Callable[[Asked], object]
"""Does what is asked and gives the answer's members."""


class Route(NamedTuple):
    """One method of one path."""

    method: str
    path: str
    handler: Handler


def list_routes(_asked: Asked) -> object:
    """Every path with its methods and what they do."""
    return {
        "paths": [
            {"method": route.method, "path": PREFIX + route.path, "does": _first_line(route.handler)}
            for route in ROUTES
        ]
    }


ROUTES: Final = (
    Route("GET", "", list_routes),
    Route("GET", "health", overview.health),
    Route("GET", "version", overview.version),
    Route("GET", "clock", clock.read_clock),
    Route("POST", "clock", clock.move_clock),
    Route("GET", "faults", trouble.list_faults),
    Route("POST", "faults", trouble.add_fault),
    Route("DELETE", "faults", trouble.remove_faults),
    Route("DELETE", f"faults/{NAME}", trouble.remove_fault),
    Route("GET", "outages", trouble.list_outages),
    Route("POST", "outages", trouble.add_outage),
    Route("DELETE", "outages", trouble.remove_outages),
    Route("DELETE", f"outages/{NAME}", trouble.remove_outage),
    Route("GET", "keys", keys.list_keys),
    Route("POST", "keys", keys.take_key_away),
    Route("DELETE", "keys", keys.give_keys_back),
    Route("DELETE", f"keys/{NAME}", keys.give_key_back),
    Route("GET", "policies", policies.list_policies),
    Route("POST", "policies", policies.hold_to_policy),
    Route("DELETE", "policies", policies.let_all_go),
    Route("DELETE", f"policies/{NAME}", policies.let_go),
    Route("GET", "replication", replication.show_replication),
    Route("POST", "replication", replication.change_replication),
    Route("DELETE", "replication", replication.restore_replication),
    Route("GET", "state", overview.state),
    Route("POST", "reset", overview.reset),
)


def is_control(path: str) -> bool:
    """Whether a path is the control API's, with or without its last slash."""
    return path.startswith(PREFIX) or path.partition("?")[0] == PREFIX.rstrip("/")


def control(fleet: Fleet, call: Call) -> Answer:
    """Answer one control request; a wrong one gets status 400, 404 or 405 and a message."""
    path = unquote(call.path.partition("?")[0].removeprefix(PREFIX.rstrip("/")).removeprefix("/"))
    there = [(route, name) for route in ROUTES if (name := _matched(route.path, path)) is not None]
    if not there:
        return _refusal(404, f"{PREFIX}{path} is not here", f"GET {PREFIX} lists what is.")
    method = "GET" if call.method == "HEAD" else call.method
    for route, name in there:
        if route.method == method:
            return _answered(route.handler, fleet, name, call.body)
    allowed = ", ".join(route.method for route, _ in there)
    refusal = _refusal(405, f"{call.method} is not a method of {PREFIX}{path}", f"Methods are {allowed}.")
    return refusal._replace(headers={**refusal.headers, "Allow": allowed})


def _answered(handler: Handler, fleet: Fleet, name: str, body: bytes) -> Answer:
    try:
        return _answer(200, handler(Asked(fleet, name, members_in(body))))
    except UsageError as error:
        return _refusal(400, error.message, error.hint)
    except NotThereError as error:
        return _refusal(404, str(error))
    except HappeningError as error:
        log.error("%s", error, exc_info=error)
        return _refusal(500, str(error), "This is a defect of the time machine; the next request goes on after it.")


def _matched(pattern: str, path: str) -> str | None:
    """The part of a path that varies, empty where none does; None where it is another path."""
    if pattern == path:
        return ""
    kind, _, name = path.partition("/")
    return name if name and pattern == f"{kind}/{NAME}" else None


def _first_line(handler: Handler) -> str:
    return (handler.__doc__ or "").partition("\n")[0]


def _answer(status: int, members: object) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, orjson.dumps(members))


def _refusal(status: int, message: str, hint: str = "") -> Answer:
    return _answer(status, {"message": message, **({"hint": hint} if hint else {})})
