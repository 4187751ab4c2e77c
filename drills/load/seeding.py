"""Seeding: putting the items that a drill starts from into its table, all of them acknowledged."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from ..errors import UnverifiableError
from ..performed import Performed
from ..scenario import Fixture
from ..values import Change, key_of
from .perform import Writer

BATCH = 25
"""As many items as one BatchWriteItem takes."""

ROUNDS = 8
"""How often what was not acknowledged is sent again, as new ops."""

FIRST_WAIT_S = 0.2
"""Between the first round and the second; doubles with each, as AWS advises for UnprocessedItems."""

MOST_FAULTS = 10
"""Batches refused for another reason than throttling after which there is no use in going on."""

THROTTLED = frozenset(
    {"UnprocessedItems", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"}
)

Batch = tuple[Change, ...]
Progress = Callable[[int, int], None]
"""Told how many items are acknowledged, of how many."""


def seed_table(  # noqa: PLR0913 - what to write, as whom, where, and who watches
    fixture: Fixture,
    seed: int,
    count: int,
    writer: Writer,
    table: str,
    *,
    progress: Progress = lambda _done, _of: None,
    threads: int = 1,
) -> None:
    """Write a fixture's items to a table.

    Args:
        fixture: whose items.
        seed: the drill's.
        count: how many items.
        writer: the one who seeds.
        table: the table to fill.
        progress: told after each batch.
        threads: how many batches may be in flight; one gives the same history for the same seed.

    Raises:
        UnverifiableError: an item was not acknowledged, however often it was sent.
    """
    items = fixture.items(seed, count)
    changes = (Change(key_of(item, fixture.key_attributes), item) for item in items)
    seeding = _Seeding(writer, table, count, progress)
    with _sender(threads) as send:
        left = seeding.round(send, _batches(changes))
        for attempt in range(ROUNDS):
            if not left:
                return
            writer.clock.wait(FIRST_WAIT_S * 2**attempt, "the table throttles the seeding")
            left = seeding.round(send, _batches(left))
    if left:
        raise seeding.failed(f"{len(left):,} of {count:,} items were not acknowledged in {ROUNDS + 1} rounds")


Send = Callable[[Callable[[Batch], Performed], Iterable[Batch]], Iterator[tuple[Batch, Performed]]]


@dataclass
class _Seeding:
    writer: Writer
    table: str
    count: int
    progress: Progress
    done: int = 0
    faults: list[str] = field(default_factory=list)

    def round(self, send: Send, batches: Iterable[Batch]) -> list[Change]:
        """Send batches once, and answer the changes that were not acknowledged."""
        left: list[Change] = []
        for batch, performed in send(self._write, batches):
            left += self._unacknowledged(batch, performed)
            self.progress(self.done, self.count)
        return left

    def failed(self, what: str) -> UnverifiableError:
        """The error that ends a drill whose table could not be filled."""
        last = f"; the last error was {self.faults[-1]}" if self.faults else ""
        return UnverifiableError(
            f"seeding {self.table} failed: {what}{last}",
            "See that the target is up and takes writes at this speed, then run the drill again.",
        )

    def _write(self, batch: Batch) -> Performed:
        return self.writer.write(self.table, batch)

    def _unacknowledged(self, batch: Batch, performed: Performed) -> Sequence[Change]:
        if performed.acknowledged:
            self.done += len(batch)
            return ()
        if performed.error not in THROTTLED:
            self.faults.append(performed.error)
            if len(self.faults) >= MOST_FAULTS:
                raise self.failed(f"{MOST_FAULTS} batches were not acknowledged")
        left = [change for change in batch if change.key in performed.refused] if performed.refused else list(batch)
        self.done += len(batch) - len(left)
        return left


def _batches(changes: Iterable[Change]) -> Iterator[Batch]:
    remaining = iter(changes)
    while batch := tuple(islice(remaining, BATCH)):
        yield batch


@contextmanager
def _sender(threads: int) -> Iterator[Send]:
    """How batches are sent: one after the other in this thread, or several at once."""
    if threads <= 1:
        yield lambda write, batches: ((batch, write(batch)) for batch in batches)
        return
    pool = ThreadPoolExecutor(threads, thread_name_prefix="seeding")
    try:
        yield lambda write, batches: _several_at_once(pool, 2 * threads, write, batches)
    finally:
        pool.shutdown(cancel_futures=True)


def _several_at_once(
    pool: ThreadPoolExecutor, ahead: int, write: Callable[[Batch], Performed], batches: Iterable[Batch]
) -> Iterator[tuple[Batch, Performed]]:
    """Keep the threads busy with few batches made ahead: a million items are never in memory at once."""
    waiting: deque[tuple[Batch, Future[Performed]]] = deque()
    for batch in batches:
        waiting.append((batch, pool.submit(write, batch)))
        if len(waiting) >= ahead:
            first, future = waiting.popleft()
            yield first, future.result()
    for first, future in waiting:
        yield first, future.result()
