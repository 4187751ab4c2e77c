"""docs/time-machine.md: its tables and examples are the code's, and every behaviour that works names its test."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from dynadrill.drills.targets.time_machines import LocalTimeMachine
from dynadrill.drills.timemachine.calls import Call
from dynadrill.drills.timemachine.control.routes import PREFIX, ROUTES
from dynadrill.drills.timemachine.durations import (
    BYTES_PER_S,
    ITEMS_PER_S,
    RANGES_S,
    SIZED_BY_BYTES,
    SIZED_BY_PARTITION,
)
from dynadrill.drills.timemachine.fault_forms import READERS, fault_in
from dynadrill.drills.timemachine.faults import Effect
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from dynadrill.drills.timemachine.outages import OutageMode

ROOT = Path(__file__).parent.parent
LEAST_WORKING = 120
SECTION = re.compile(r"\d{1,2}(\.\d{1,2})?\Z")


class Row(NamedTuple):
    """One behaviour: what it is, the section of the facts it stands on, its test, and its state."""

    behaviour: str
    section: str
    test: str
    state: str


def rows() -> list[Row]:
    """Every row of the table."""
    document = (ROOT / "docs" / "time-machine.md").read_text(encoding="utf-8")
    table = document.split("| behaviour | section | test | state |")[1].split("\n\n")[0]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table.splitlines()[2:]]
    return [Row(*each) for each in cells]


@cache
def names_in(file: Path) -> frozenset[str]:
    """The names of a file's tests, state machines included."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    named = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return frozenset(name for name in named if name.lower().startswith("test"))


WORKING = [row for row in rows() if row.state == "works"]


def test_enough_works() -> None:
    """At least 120 different behaviours work."""
    assert len({row.behaviour for row in WORKING}) >= LEAST_WORKING


@pytest.mark.parametrize("row", WORKING, ids=[row.behaviour[:60] for row in WORKING])
def test_what_works_names_its_test(row: Row) -> None:
    """A row that works names a section and a test that exists."""
    file, _, name = row.test.strip("`").partition("::")
    assert SECTION.match(row.section), row.section
    assert (ROOT / "tests" / file).is_file(), file
    assert name in names_in(ROOT / "tests" / file), name


def test_what_is_missing_is_said_plainly() -> None:
    """Every other row says that it is not implemented, or how it differs."""
    assert all(row.state.startswith(("not implemented", "differs")) for row in rows() if row.state != "works")


def section(title: str) -> str:
    """The text below a heading of the second level."""
    document = (ROOT / "docs" / "time-machine.md").read_text(encoding="utf-8")
    return document.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_cells(title: str) -> list[tuple[list[str], str]]:
    """The names in backticks of the first column of a section's table, and the rest of each row."""
    lines = [line.split("|", 2)[1:] for line in section(title).splitlines() if line.startswith("| `")]
    return [(re.findall(r"`([^`]+)`", first), rest) for first, rest in lines]


def test_every_duration_is_there_with_its_range() -> None:
    """The table of durations has every kind of work, no other, and each with the base that the code has."""
    found = {kind: rest for kinds, rest in first_cells("Time") for kind in kinds}
    assert found.keys() == RANGES_S.keys()
    for kind, (least, most) in RANGES_S.items():
        numbers = [float(number.replace(",", "")) for number in re.findall(r"[\d,.]+", found[kind].split("|")[0])]
        assert numbers == ([least] if least == most else [least, most]), kind


def test_what_size_adds_is_there() -> None:
    """The table says of just those kinds that their size counts, by which, and how much."""
    by_bytes, by_partition = f"1 s per {BYTES_PER_S // 1024**2} MiB", f"1 s per {ITEMS_PER_S:,} items"
    found = {kind: rest for kinds, rest in first_cells("Time") for kind in kinds}
    assert {kind for kind, rest in found.items() if by_bytes in rest} == SIZED_BY_BYTES
    assert {kind for kind, rest in found.items() if by_partition in rest} == SIZED_BY_PARTITION


def test_every_effect_is_there() -> None:
    """The table of effects has every effect of a fault, and no other."""
    assert {name for names, _ in first_cells("What can be made to go wrong") for name in names} == set(Effect)


def test_what_narrows_a_fault_down_is_there() -> None:
    """The text names every member that a fault can be given, and the outages' modes."""
    text = section("What can be made to go wrong")
    assert set(READERS) <= set(re.findall(r"`([a-z]+)`", text))
    assert set(OutageMode) <= set(re.findall(r"`([a-z]+)`", text))


def test_every_route_is_there_with_its_methods() -> None:
    """The table of the control API has every path with just its methods, and no other."""
    methods: dict[str, set[str]] = {}
    for route in ROUTES:
        if route.path:
            methods.setdefault(PREFIX + route.path.partition("/")[0], set()).add(route.method)
    rows = [(path, rest) for (path,), rest in first_cells("The control API")]
    assert {path: set(re.findall(r"[A-Z]{3,}", rest.split("|")[0])) for path, rest in rows} == methods
    assert f"`GET {PREFIX}`" in section("The control API")


DOCUMENTS = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/time-machine.md"))
FAULTS = re.findall(r"--fault (effect=\S+)", DOCUMENTS)
BODIES = re.findall(r"curl -d '(\{.*?\})' \S*/dynadrill/(\w+)", DOCUMENTS)


def test_the_faults_that_are_shown_are_faults() -> None:
    """What the documents write after `--fault` can be written there."""
    assert len(FAULTS) >= 2
    assert all(fault_in(text).effect is Effect.THROTTLE for text in FAULTS)


def test_the_requests_that_are_shown_are_answered() -> None:
    """What the documents send to the control API with curl is taken."""
    assert len(BODIES) >= 3
    machine = TimeMachine(ManualClock(1000.0))
    answers = [machine.respond(Call("POST", "h", PREFIX + path, {}, body.encode())) for body, path in BODIES]
    assert [answer.status for answer in answers] == [200] * len(BODIES)


def create_my_table(dynamodb: Any, name: str) -> None:
    """A table of the reader's, keyed by `id`."""
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def test_the_test_that_is_shown_passes() -> None:
    """The test in the document, as it stands there, is green on a new machine."""
    source = section("Three ways to run it").split("```python\n")[1].split("```")[0]
    found: dict[str, Any] = {"create_my_table": create_my_table}
    exec(source, found)
    found["test_orders_can_be_restored"](LocalTimeMachine())
