"""What `dynadrill snapshot` does: read a live table into a folder, with progress, and say what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from .clock import Clock
from .errors import UsageError
from .json_model import JsonModel
from .masking import masked
from .output import Output
from .quantities import format_duration
from .snapshots.about import Holds
from .snapshots.folder import StoredSnapshot
from .snapshots.reading import Reading, read_table
from .snapshots.signature import SIGNATURE, signature_of, write_signature
from .targets.finding import open_table
from .verdict import ExitCode
from .waits.counting import Counter
from .watch import Watch


@dataclass(frozen=True)
class Taking:
    """What the command line asks for."""

    table: str
    into: Path
    region: str | None
    endpoint: str | None
    segments: int
    read_units_per_s: float | None
    holds: Holds
    resume: bool
    signature: bool


class Surroundings(NamedTuple):
    """What a command is done with: the clock of instants, seconds that only go forward, and who watches."""

    clock: Clock
    timer: Callable[[], float]
    watch: Watch


class Taken(JsonModel):
    """What came of it: the JSON of `--json`.

    `read_s` is how long this sitting took, `rows_read` and `rows_per_s` what it read; `rows` and `read_units` are of
    the whole snapshot, earlier sittings included.
    """

    schema_: Literal["dynadrill.taken/1"] = "dynadrill.taken/1"
    path: str
    source: str
    holds: Holds
    consistent: bool
    rows: int
    rows_read: int
    rows_per_s: float
    read_s: float
    read_units: float | None
    began_at: float
    ended_at: float
    signature: str | None


def holds(*, keys_only: bool, digests_only: bool) -> Holds:
    """What is kept of each item.

    Raises:
        UsageError: both are asked for.
    """
    if keys_only and digests_only:
        raise UsageError("--keys-only and --digests-only are asked for at once", "Keep one of them.")
    return "keys" if keys_only else "digests" if digests_only else "items"


def take(asked: Taking, output: Output, around: Surroundings) -> int:
    """Take a snapshot and say so.

    Raises:
        UsageError: the table, the folder or an option is wrong.
        UnverifiableError: the table could not be read to its end; what was read is kept.
    """
    output.check()
    how = Reading(asked.segments, asked.read_units_per_s, asked.holds, asked.resume)
    table = open_table(asked.table, around.clock, region=asked.region, endpoint=asked.endpoint, connections=how.at_once)
    try:
        said = f"{asked.table}, {asked.segments} segments"
        around.watch.phase("read", said)
        counter = Counter(around.watch, around.timer, table.facts.item_count)
        stored = read_table(table, asked.into, around.clock, how, counter.tell)
        read_s = counter.seconds()
        signature = _sign(stored, around.watch) if asked.signature else None
    finally:
        around.watch.close()
        table.close()
    taken = _taken(stored, counter.begun_with, read_s, signature)
    output.document(_line(taken), taken.model_dump_json(indent=1) + "\n")
    return ExitCode.PASS


def _sign(stored: StoredSnapshot, watch: Watch) -> str:
    watch.phase("sign")
    path = stored.path / SIGNATURE
    write_signature(signature_of(stored), path)
    return str(path)


def _taken(stored: StoredSnapshot, begun_with: int | None, read_s: float, signature: str | None) -> Taken:
    about = stored.about
    rows_read = about.rows - (begun_with or 0)
    return Taken(
        path=str(stored.path),
        source=about.source,
        holds=about.holds,
        consistent=about.consistent,
        rows=about.rows,
        rows_read=rows_read,
        rows_per_s=round(rows_read / max(read_s, 1e-9), 1),
        read_s=round(read_s, 3),
        read_units=about.read_units,
        began_at=about.began_at,
        ended_at=about.ended_at,
        signature=signature,
    )


def _line(taken: Taken) -> str:
    units = "read units not told" if taken.read_units is None else f"{taken.read_units:,.1f} read units"
    spanned = format_duration(taken.ended_at - taken.began_at)
    consistency = "strongly consistent" if taken.consistent else "eventually consistent"
    line = (
        f"{taken.path}: {taken.rows:,} rows of {masked(taken.source)}, {consistency}, read over {spanned}; "
        f"{taken.rows_read:,} now in {format_duration(taken.read_s)}, {taken.rows_per_s:,.0f} rows/s; {units}\n"
    )
    return f"{line}{taken.signature}: its signature\n" if taken.signature else line
