"""The control API and the text form of faults under whatever anybody may send."""

import json
from contextlib import suppress

import orjson
from dynadrill.drills.errors import UsageError
from dynadrill.drills.timemachine.calls import Call
from dynadrill.drills.timemachine.control.routes import PREFIX, ROUTES
from dynadrill.drills.timemachine.fault_forms import READERS, as_members, fault_in, fault_of
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from dynadrill.drills.timemachine.outages import OutageMode
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = [*READERS, "advance_s", "to_at", "region", "mode", "key", "table", "source", "destination", "lag_s", "paused"]
WORDS = [*Effect, *OutageMode, "PutItem", "us-east-1", "dynamodb", "alias/orders", ""]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(WORDS),
    st.text(max_size=8),
    st.lists(st.integers(), max_size=2),
)
BODIES = st.one_of(
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4).map(lambda body: json.dumps(body).encode()),
    st.binary(max_size=20),
)
PATHS = st.one_of(
    st.sampled_from([route.path.replace("NAME", "1") for route in ROUTES]), st.text(max_size=12), st.just("clock?x=1")
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["GET", "POST", "DELETE", "PUT", "HEAD"]), PATHS, BODIES), max_size=8))
def test_no_control_request_makes_it_fall_over(requests: list[tuple[str, str, bytes]]) -> None:
    """Bad input: the answer is 200, or 400, 404 or 405 with a message; time never goes back; a reset ends it all."""
    machine = TimeMachine(ManualClock(1000.0))
    for method, path, body in requests:
        before = machine.clock.now()
        answer = machine.respond(Call(method, "h", PREFIX + path, {}, body))
        assert answer.status in {200, 400, 404, 405}
        assert (answer.status == 200) == ("message" not in orjson.loads(answer.body))
        assert machine.clock.now() >= before
    assert machine.respond(Call("POST", "h", f"{PREFIX}reset", {}, b"")).status == 200
    assert not machine.fleet.is_troubled
    assert machine.fleet.keys.gone() == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([*NAMES, "x"]), st.sampled_from(["=", "", ","]), st.text(max_size=10))))
def test_any_text_is_a_fault_or_refused(parts: list[tuple[str, str, str]]) -> None:
    """Bad input: what is no fault is a UsageError, whatever it is."""
    text = ",".join(name + equals + value for name, equals, value in parts)
    with suppress(UsageError):
        assert isinstance(fault_in(text), Fault)


@settings(deadline=None)
@given(
    st.sampled_from(sorted(set(Effect) - {Effect.LATENCY, Effect.BACKUP_SKEW})),
    st.text(),
    st.floats(0, 1, exclude_min=True),
    st.none() | st.integers(1, 2**40),
)
def test_a_fault_goes_out_and_comes_back_the_same(
    effect: Effect, table: str, probability: float, times: int | None
) -> None:
    """What the API shows of a fault, sent back as JSON, is that fault."""
    fault = Fault(effect, table=table, probability=probability, times=times)
    shown = {name: value for name, value in as_members(fault).items() if name in READERS}
    try:
        sent = orjson.loads(orjson.dumps(shown))
    except TypeError:
        return  # a lone surrogate is no text that JSON can carry
    assert fault_of(sent) == fault
