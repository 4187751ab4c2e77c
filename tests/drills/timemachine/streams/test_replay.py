"""What a stream tells as a whole: whoever applies its records to nothing has the table."""

from typing import Any

from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from hypothesis import given, settings
from hypothesis import strategies as st

from ..support import START_AT, connect
from .reader import make_streaming, read_all

KEYS = st.sampled_from("abc")
VALUES = st.sampled_from(
    [
        {"S": "x"},
        {"N": "1"},
        {"N": "1.0"},
        {"N": "2"},
        {"SS": ["a", "b"]},
        {"SS": ["b", "a"]},
        {"L": []},
        {"NULL": True},
    ]
)
STEPS = st.one_of(
    st.tuples(st.just("put"), KEYS, VALUES),
    st.tuples(st.just("update"), KEYS, VALUES),
    st.tuples(st.just("remove"), KEYS, st.none()),
    st.tuples(st.just("delete"), KEYS, st.none()),
    st.tuples(st.just("wait"), st.floats(0, 3 * 3600), st.none()),
)


def done(db: Any, clock: ManualClock, step: tuple[str, Any, Any]) -> None:
    """Do one step."""
    verb, key, value = step
    where = {"TableName": "Orders", "Key": {"id": {"S": key}}}
    match verb:
        case "wait":
            clock.set_forward(clock.now() + key)
        case "put":
            db.put_item(TableName="Orders", Item={"id": {"S": key}, "x": value})
        case "update":
            db.update_item(**where, UpdateExpression="SET x = :v", ExpressionAttributeValues={":v": value})
        case "remove":
            db.update_item(**where, UpdateExpression="REMOVE x")
        case "delete":
            db.delete_item(**where)


def normal(item: Any) -> Any:
    """An item with its sets in order: boto3 gives them in the order in which they are stored."""
    return {name: {"SS": sorted(value["SS"])} if "SS" in value else value for name, value in item.items()}


def contents(db: Any) -> dict[str, Any]:
    """All items by their key."""
    return {item["id"]["S"]: normal(item) for item in db.scan(TableName="Orders", ConsistentRead=True)["Items"]}


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_a_stream_is_the_table(steps: list[Any]) -> None:
    """New images in order give the table, each old image is the item's last new one, and all differ."""
    clock = ManualClock(START_AT)
    machine = TimeMachine(clock, seed=1)
    db, streams = connect(machine), connect(machine, service="dynamodbstreams")
    arn = make_streaming(db)
    for step in steps:
        if clock.now() < START_AT + 20 * 3600 or step[0] != "wait":
            done(db, clock, step)
    replayed: dict[str, Any] = {}
    last = 0
    for record in read_all(streams, arn, limit=4):
        inner = record["dynamodb"]
        key = inner["Keys"]["id"]["S"]
        old, new = (normal(inner[name]) if name in inner else None for name in ("OldImage", "NewImage"))
        assert old == replayed.get(key)
        assert old != new
        events = {(True, False): "INSERT", (False, False): "MODIFY", (False, True): "REMOVE"}
        assert record["eventName"] == events[old is None, new is None]
        assert last < int(inner["SequenceNumber"])
        last = int(inner["SequenceNumber"])
        replayed[key] = new
    assert {key: item for key, item in replayed.items() if item is not None} == contents(db)


@settings(max_examples=30, deadline=None)
@given(st.lists(STEPS, max_size=20), st.integers(0, 20), st.integers(1, 5))
def test_a_reader_may_stop_and_go_on(steps: list[Any], stopped_after: int, limit: int) -> None:
    """Reading by pages while writes go on, over shards that close, gives what reading at the end gives."""
    clock = ManualClock(START_AT)
    machine = TimeMachine(clock, seed=1)
    db, streams = connect(machine), connect(machine, service="dynamodbstreams")
    arn = make_streaming(db)
    seen: list[str] = []
    for number, step in enumerate(steps):
        if clock.now() < START_AT + 20 * 3600 or step[0] != "wait":
            done(db, clock, step)
        if number == stopped_after:
            seen = [record["eventID"] for record in read_all(streams, arn, limit)]
    every = [record["eventID"] for record in read_all(streams, arn)]
    assert every[: len(seen)] == seen
    assert len(set(every)) == len(every)
