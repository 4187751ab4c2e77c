"""Capturing a table's changes: its stream, read into a log on disk again and again."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..backups.schedule import take_turn
from ..clock import Clock
from ..errors import RecoveryFailedError
from ..recovery import RecoveryTools
from ..table_settings import await_active
from ..values import Key
from .consumers import consumers_of
from .log import ChangeLog
from .markers import is_marker
from .reader import RETENTION_S, Places, StreamReader
from .records import ChangeRecord, first_break, last_of_each

STREAMS = "dynamodbstreams"
SHOWS_ITEMS = ("NEW_IMAGE", "NEW_AND_OLD_IMAGES")


class Capture:
    """A table's stream and the log that it is read into, both found again by the recovery's folder.

    `marked` are the markers that it has met, with their shards.

    Args:
        tools: of the recovery.

    Raises:
        RecoveryFailedError: capture was never begun here.
    """

    def __init__(self, tools: RecoveryTools) -> None:
        self.log = ChangeLog(tools.folder)
        places = self.log.places()
        if places is None:
            raise RecoveryFailedError(
                f"the changes of {tools.table} were not captured", "Capture has to begin before a disaster."
            )
        self.marked: set[tuple[str, Key]] = set()
        self._places = places
        self._reader = StreamReader(tools.service(STREAMS), places, tools.key_attributes, tools.clock, keep=self._keep)

    def catch_up(self) -> None:
        """Read what is new, and write down how far that was."""
        self._reader.catch_up()
        self.log.keep_places(self._places)

    def go_on(self) -> None:
        """Read on to the first empty page of each shard: the next time begins after it, so that none is in the way."""
        self._reader.catch_up(quiet_pages=1)
        self.log.keep_places(self._places)

    @property
    def open_shards(self) -> frozenset[str]:
        """The shards of the stream in which more may come."""
        return self._reader.open_shards

    def _keep(self, records: Sequence[ChangeRecord]) -> None:
        self.log.append(records)
        self.marked |= {(record.shard, record.key) for record in records if is_marker(record.key)}

    def markers_left(self) -> list[Key]:
        """The markers that were put and not removed again, as far as was read: their writer was killed in between."""
        last = last_of_each(record.change for record in self.log.changes() if is_marker(record.key))
        return [change.key for change in last if change.value is not None]

    def changes(
        self, before: Callable[[Sequence[ChangeRecord]], Mapping[Key, bytes]] | None = None
    ) -> list[ChangeRecord]:
        """All changes that were captured, but for the recovery's own markers, each item's in the order of its writes.

        Args:
            before: answers what is known to have been there before the first of them.

        Raises:
            RecoveryFailedError: a change is missing between two others of its item.
        """
        changes = [record for record in self.log.changes() if not is_marker(record.key)]
        if broken := first_break(changes, before(changes) if before else None):
            raise RecoveryFailedError(
                f"a change is missing in the log before that of {broken.key} with sequence number {broken.sequence}",
                "What is rebuilt from this log would not be what was written.",
            )
        return changes


def capture_turn(tools: RecoveryTools) -> None:
    """Read what is new in a stream, as a schedule's turn: one that fails is written down, and the next goes on.

    Nothing is lost by a turn: what was not read is there for a day, and a gap is found when the log is used.
    """

    def read() -> str:
        Capture(tools).go_on()
        return ""

    take_turn(tools, "capture", read)


class CapturingClock:
    """Target time that captures whenever it lets time pass: a restore may take longer than a stream keeps its records.

    Args:
        clock: the target's.
        capture: what goes on meanwhile.
    """

    def __init__(self, clock: Clock, capture: Capture) -> None:
        self._clock, self._capture = clock, capture

    def now(self) -> float:
        """See `Clock.now`."""
        return self._clock.now()

    def wait(self, seconds: float, why: str) -> None:
        """Let time pass, then capture."""
        self._clock.wait(seconds, why)
        self._capture.catch_up()

    def live(self, seconds: float) -> None:
        """Let users live through so many seconds, then capture."""
        self._clock.live(seconds)
        self._capture.catch_up()


def begin(tools: RecoveryTools) -> None:
    """Switch the table's stream on if it is off, and begin to capture it with its oldest record.

    Raises:
        RecoveryFailedError: the stream shows no items after a change (its view cannot be changed while it is on), or
            has as many readers as it takes.
    """
    described = _described(tools)
    view = described.get("StreamSpecification", {}).get("StreamViewType")
    if not described.get("StreamSpecification", {}).get("StreamEnabled"):
        on: Any = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        tools.control.update_table(TableName=tools.table, StreamSpecification=on)
        await_active(tools.control, tools.table, tools.clock)
        described = _described(tools)
    elif view not in SHOWS_ITEMS:
        raise RecoveryFailedError(
            f"the stream of {tools.table} shows {view}, where {' or '.join(SHOWS_ITEMS)} is needed",
            "A stream's view cannot be changed: switch it off and on again with another one.",
        )
    arn = str(described["LatestStreamArn"])
    consumers = consumers_of(tools, arn)
    if consumers.not_seen:
        tools.progress(consumers.not_seen)
    consumers.check_room(tools.table)
    _begin_at(tools, arn)


def reaches_back(tools: RecoveryTools, since_at: float) -> str | None:
    """None where the table's stream still has every change since an instant, else why it has not."""
    described = _described(tools)
    specification = described.get("StreamSpecification", {})
    if not specification.get("StreamEnabled"):
        return "its stream is off"
    if specification["StreamViewType"] not in SHOWS_ITEMS:
        return f"its stream shows {specification['StreamViewType']}"
    asked = tools.service(STREAMS).describe_stream(StreamArn=described["LatestStreamArn"], Limit=1)
    created_at = asked["StreamDescription"]["CreationRequestDateTime"].timestamp()
    if since_at < max(created_at, tools.clock.now() - RETENTION_S):
        return "its stream begins later than that"
    return None


def begin_with_what_is_left(tools: RecoveryTools) -> None:
    """Begin to capture after the fact, with the oldest record that the stream still has."""
    _begin_at(tools, str(_described(tools)["LatestStreamArn"]))


def _begin_at(tools: RecoveryTools, stream_arn: str) -> None:
    ChangeLog(tools.folder).keep_places(Places(stream_arn, began_at=tools.clock.now()))
    Capture(tools).catch_up()


def _described(tools: RecoveryTools) -> Any:
    return tools.control.describe_table(TableName=tools.table)["Table"]
