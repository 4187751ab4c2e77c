"""The past of a live table, which can only be read: the window of its recovery, and the changes in its stream."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from ..changes.capture import SHOWS_ITEMS
from ..changes.reader import Places, StreamReader
from ..changes.records import ChangeRecord
from ..clock import Clock
from ..errors import RecoveryFailedError, UnverifiableError
from ..server_time import server_time
from .clients import Place, client_for_reading, client_for_streams
from .live_table import RemoteTable

NOT_THERE = frozenset({"UnknownOperationException", "UnknownOperation"})
HINT = "See that the table, its continuous backups and its stream may be described and read."


class Window(NamedTuple):
    """The restorable window: its bounds, and how far the latest is behind the time of whoever answered."""

    earliest_at: float
    latest_at: float
    lag_s: float | None


class LivePast:
    """What can be read of a table's past.

    Args:
        place: where it is.
        name: of the table, or its ARN.
        clock: for pauses.

    Raises:
        UsageError: there is no such table.
        UnverifiableError: the place does not answer, or refuses.
    """

    def __init__(self, place: Place, name: str, clock: Clock) -> None:
        table = RemoteTable(place, name, clock)
        self.key_attributes: tuple[str, ...] = table.facts.key_attributes
        self.source = table.facts.source
        table.close()
        self._place, self._name, self._clock = place, name, clock
        self._client = client_for_reading(place, 1)
        described: Any = self._asked("DescribeTable", lambda: self._client.describe_table(TableName=name))["Table"]
        self._view = described.get("StreamSpecification", {}).get("StreamViewType")
        self._stream: str | None = described.get("LatestStreamArn")

    def window(self) -> Window | None:
        """The window of point-in-time recovery; None where it is off, or where there is no such thing.

        The lag is against the answer's own Date header: this machine's clock may be another's.
        """
        try:
            answer: Any = self._client.describe_continuous_backups(TableName=self._name)
        except ClientError as error:
            if error.response["Error"].get("Code") in NOT_THERE:
                return None
            raise UnverifiableError(f"DescribeContinuousBackups of {self._name}: {error}", HINT) from error
        except BotoCoreError as error:
            raise UnverifiableError(f"DescribeContinuousBackups of {self._name}: {error}", HINT) from error
        recovery = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        if "EarliestRestorableDateTime" not in recovery:
            return None
        latest_at = recovery["LatestRestorableDateTime"].timestamp()
        there_at = server_time(answer)
        lag_s = None if there_at is None else there_at - latest_at
        return Window(recovery["EarliestRestorableDateTime"].timestamp(), latest_at, lag_s)

    def why_no_changes(self) -> str:
        """Why the stream does not tell what was written; empty where it does."""
        if self._stream is None:
            return "the table has no stream"
        return "" if self._view in SHOWS_ITEMS else f"its stream shows {self._view or 'nothing any more'}"

    def read_changes(self, take: Callable[[Sequence[ChangeRecord]], None]) -> None:
        """Read everything that the stream still has, page by page.

        Raises:
            UnverifiableError: it cannot be read, or has a gap.
        """
        assert self._stream is not None, "there is a stream"
        client = client_for_streams(self._place)
        places = Places(self._stream, began_at=self._clock.now())
        try:
            self._asked("the stream", StreamReader(client, places, self.key_attributes, self._clock, take).catch_up)
        finally:
            client.close()

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def _asked(self, what: str, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except (ClientError, BotoCoreError) as error:
            raise UnverifiableError(f"{what} of {self._name} could not be read: {error}", HINT) from error
        except RecoveryFailedError as error:
            raise UnverifiableError(f"{what} of {self._name} could not be read: {error.message}", HINT) from error
