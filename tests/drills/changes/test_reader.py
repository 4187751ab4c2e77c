"""A stream is read in order and without a gap, or not at all."""

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from botocore.exceptions import ClientError
from dynadrill.drills.changes.records import ChangeRecord, first_break
from dynadrill.drills.errors import RecoveryFailedError
from dynadrill.drills.values import key_label

from .conftest import Streamed

HOUR_S = 3600.0


@pytest.mark.parametrize("seed", range(5))
def test_everything_is_read_in_its_order(streamed: Streamed, seed: int) -> None:
    """S3-03, S3-04: over days, shards and interruptions each item's changes are met once, in their order."""
    random = Random(seed)
    written: dict[str, list[str | None]] = {}
    for number in range(300):
        key = f"k{random.randrange(20)}"
        if random.random() < 0.3 and written.get(key, [None])[-1] is not None:
            streamed.delete(key)
            written[key].append(None)
        else:
            streamed.put(key, f"v{number}")
            written.setdefault(key, []).append(f"v{number}")
        streamed.machine.advance(random.choice([0.01, 1.0, HOUR_S]))
        if random.random() < 0.1:
            streamed.reader().catch_up()
    streamed.reader().catch_up()
    read: dict[str, list[str | None]] = {}
    for record in streamed.log.changes():
        read.setdefault(key_label(record.key), []).append(record.new["v"]["S"] if record.new else None)
    assert read == written
    assert len(streamed.places.shards) > 3
    assert first_break(streamed.log.changes()) is None


def test_binary_is_as_on_the_wire(streamed: Streamed) -> None:
    """What is read is in wire form, so that it can be written again: binary is base64 text."""
    streamed.put("a", "1")
    streamed.reader().catch_up()
    (record,) = streamed.log.changes()
    assert record.new is not None
    assert record.new["b"] == {"B": "AP8="}


def test_a_pause_longer_than_the_stream_is_a_gap(streamed: Streamed) -> None:
    """S3-05: what was not read within 24 hours may be gone, and no log with a gap is gone on with."""
    streamed.put("a", "1")
    streamed.reader().catch_up()
    streamed.machine.advance(24 * HOUR_S + 1)
    streamed.put("a", "2")
    with pytest.raises(RecoveryFailedError, match="gap"):
        streamed.reader().catch_up()


def test_a_shard_that_went_unread_is_a_gap(streamed: Streamed) -> None:
    """A shard that is gone and was not read to its end is noticed by its name, whatever the clock says."""
    streamed.put("a", "1")
    streamed.reader().catch_up()
    streamed.machine.advance(40 * HOUR_S)
    streamed.places.read_at = None
    with pytest.raises(RecoveryFailedError, match="gap"):
        streamed.reader().catch_up()


def test_a_shard_whose_parent_was_never_seen_is_a_gap(streamed: Streamed) -> None:
    """A stream in which something lies between what was read and what is there is not read on."""
    streamed.reader().catch_up()
    for place in streamed.places.shards.values():
        place.ended = True
    streamed.machine.advance(60 * HOUR_S)
    streamed.places.read_at = None
    with pytest.raises(RecoveryFailedError, match=r"never seen|gone"):
        streamed.reader().catch_up()


def test_an_iterator_that_grew_old_is_asked_for_again(streamed: Streamed) -> None:
    """A reader that stays away for longer than the 15 minutes of its iterators goes on where it was."""
    reader = streamed.reader()
    streamed.put("a", "1")
    reader.catch_up()
    streamed.machine.advance(2000.0)
    streamed.put("a", "2")
    reader.catch_up()
    assert [record.new and record.new["v"]["S"] for record in streamed.log.changes()] == ["1", "2"]


class FarApart:
    """A client of a stream in which four empty pages lie before any that has records."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.pages = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_records(self, ShardIterator: str) -> Any:  # noqa: N803 -- as the client has it
        """An empty page, and an iterator that is one further on, or what there is."""
        self.pages += 1
        iterator, _, passed = ShardIterator.partition("#")
        if int(passed or 0) == 4:
            return self._client.get_records(ShardIterator=iterator)
        return {"Records": [], "NextShardIterator": f"{iterator}#{int(passed or 0) + 1}"}


def test_a_turn_ends_at_an_empty_page_and_the_next_goes_on_after_it(streamed: Streamed) -> None:
    """However many empty pages lie before a record, turns of one page each, by whomever, come to it."""
    streamed.put("a", "1")
    for turn in range(1, 6):
        reader = streamed.reader()
        reader._client = far = FarApart(reader._client)
        reader.catch_up(quiet_pages=1)
        streamed.log.keep_places(streamed.places)
        streamed.places = streamed.log.places() or streamed.places
        assert streamed.logged() == ({"a": "1"} if turn == 5 else {})
        assert far.pages == (2 if turn == 5 else 1)


class TwoEmptyPages:
    """A client of a stream in which two empty pages follow each iterator that is asked for."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._empty = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_shard_iterator(self, **where: Any) -> Any:
        """As the client has it."""
        self._empty = 2
        return self._client.get_shard_iterator(**where)

    def get_records(self, ShardIterator: str) -> Any:  # noqa: N803 -- as the client has it
        """An empty page, or what there is."""
        if self._empty:
            self._empty -= 1
            return {"Records": [], "NextShardIterator": ShardIterator}
        return self._client.get_records(ShardIterator=ShardIterator)


def test_turns_that_are_far_apart_come_past_empty_pages_too(streamed: Streamed) -> None:
    """Whose kept iterator grew old between two turns reads more than one empty page: else it came to the same again."""
    streamed.reader().catch_up()
    streamed.machine.advance(2000.0)
    streamed.put("a", "1")
    reader = streamed.reader()
    reader._client = TwoEmptyPages(reader._client)
    reader.catch_up(quiet_pages=1)
    assert streamed.logged() == {"a": "1"}


def test_who_is_told_to_wait_waits(streamed: Streamed) -> None:
    """A stream that throttles is asked again, and nothing is left out."""
    streamed.put("a", "1")
    streamed.machine.fault("throttle", operation="GetRecords", times=3)
    streamed.reader().catch_up()
    assert streamed.logged() == {"a": "1"}
    assert len(streamed.clock.waited) == 3


def test_an_error_that_is_no_gap_goes_through(streamed: Streamed) -> None:
    """Errors that say nothing of the stream are not taken for its end."""
    streamed.put("a", "1")
    streamed.machine.fault("unavailable", operation="GetRecords")
    with pytest.raises(ClientError):
        streamed.reader().catch_up()
    assert streamed.log.changes() == []


def test_a_page_that_was_not_kept_is_read_again(streamed: Streamed) -> None:
    """Killed after the records were kept and before the place was, a reader reads them again; they count once."""
    streamed.put("a", "1")

    def killed(records: Sequence[ChangeRecord]) -> None:
        streamed.log.append(records)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        streamed.reader(killed).catch_up()
    streamed.put("b", "2")
    streamed.reader().catch_up()
    assert [record.new and record.new["id"]["S"] for record in streamed.log.changes()] == ["a", "b"]


def test_a_change_that_is_missing_between_two_is_noticed(streamed: Streamed) -> None:
    """Of a stream that shows old images a record that is missing is noticed at the next one of its item."""
    for value in ("1", "2", "3"):
        streamed.put("a", value)
    streamed.put("b", "4")
    streamed.reader().catch_up()
    first, _, third, other = streamed.log.changes()
    assert first_break([first, third, other]) == third
    assert first_break([first, other]) is None
