"""A script that is followed: generators are told what their reads saw, other iterators are only asked."""

from collections.abc import Iterator
from typing import Any

from dynadrill.drills.load.scripts import Script
from dynadrill.drills.scenario import Operation
from dynadrill.drills.values import Change

GET = Operation("get", (Change("k", None),))
ITEM = {"id": {"S": "a"}}


def test_a_generator_hears_what_its_read_saw() -> None:
    """What a get saw is sent to the generator once; of anything else it hears None."""
    heard: list[Any] = []

    def operations() -> Any:
        while True:
            heard.append((yield GET))

    script = Script(operations())
    script.next()
    script.saw(ITEM)
    script.next()
    script.next()
    script.saw(None)
    script.next()
    assert heard == [ITEM, None, None]


def test_any_iterator_is_a_script() -> None:
    """An iterator that is no generator is asked for the next operation, whatever was seen."""
    operations: Iterator[Operation] = iter([GET, GET])
    script = Script(operations)
    assert script.next() is GET
    script.saw(ITEM)
    assert script.next() is GET
