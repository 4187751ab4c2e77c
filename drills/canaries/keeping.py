"""What `dynadrill canary` does: open the table, agree, move the canaries or take them away, and say what is left."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..checking.where import Place, table_place
from ..clock import Clock
from ..config.model import Config
from ..errors import RefusedError, UsageError
from ..history import Told
from ..json_model import JsonModel
from ..marked_keys import MarkedKeys
from ..output import Output, shown_path
from ..quantities import format_duration, parse_duration
from ..recorder import Recorder
from ..report_text import number_of
from ..snapshots.source import TableFacts
from ..store import run_id
from ..target import Target
from ..targets.marked import clock_for_marks
from ..targets.open import open_target
from ..targets.terms import Terms
from ..verdict import ExitCode
from ..watch import Watch
from . import keys
from .folder import CANARY_JSON, CanaryFolder, CanaryRecord
from .moving import Pace, move, remove, writer

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_ITEMS, MOST_PER_S = 1000, 100.0


@dataclass(frozen=True)
class Asked:
    """The command line."""

    table: str
    target: str | None
    endpoint: str | None
    rate: str
    items: int
    lasting: str
    out: Path
    agreed: bool
    removing: bool


class Surroundings(NamedTuple):
    """What a command is done with: the environment's variables, who watches, the configuration."""

    environment: Mapping[str, str]
    watch: Watch
    config: Config


class Kept(JsonModel):
    """What came of it: the JSON of `--json`. `left` is how many canaries are in the table now."""

    schema_: str = "dynadrill.kept/1"
    table: str
    folder: str
    writes: int
    ok: int
    fail: int
    info: int
    left: int


def keep(asked: Asked, output: Output, around: Surroundings) -> int:
    """Move canaries, or take them away.

    Raises:
        UsageError: something is wrong; nothing was written.
        UnsupportedError: the table's key can carry no mark.
        RefusedError: nobody agreed to writes into this table.
    """
    output.check()
    place = table_place(asked.table, asked.target, asked.endpoint, around.environment)
    pace = Pace(_rate(asked.rate), parse_duration(asked.lasting))
    if not 1 <= asked.items <= MOST_ITEMS:
        raise UsageError(f"--items is {asked.items}", f"Give 1 to {MOST_ITEMS}.")
    folder = CanaryFolder(asked.out / place.name)
    if asked.removing:
        folder.read()
    elif not asked.agreed:
        raise RefusedError(
            f"this writes into {place.name}, which is yours: {number_of(asked.items, 'item')} whose keys begin with"
            f" dynadrill-canary-, {pace.said} for {format_duration(pace.for_s)}; those who read its"
            " stream see them",
            "Say --yes if that is fine; --remove takes them away.",
        )
    with _opened(place, folder, around.config) as (target, facts):
        record = _record(asked, folder, target, facts)
        marked = MarkedKeys(record.table, record.key_attributes[0], record.mark)
        work = _Work(record, folder, target.marker(marked, place.region), clock_for_marks(target), around.watch)
        kept, code = work.remove() if asked.removing else work.move(pace, output)
    around.watch.close()
    output.document(_said(kept, removing=asked.removing), kept.model_dump_json(indent=1) + "\n")
    return code


@dataclass(frozen=True)
class _Work:
    record: CanaryRecord
    folder: CanaryFolder
    client: "DynamoDBClient"
    clock: Clock
    watch: Watch

    def move(self, pace: Pace, output: Output) -> tuple[Kept, int]:
        self.watch.phase(
            "canaries",
            f"{self.record.items} in {self.record.table}, {pace.said}",
        )
        counted: Counter[Told] = Counter()

        def tell(told: Counter[Told]) -> None:
            counted.update({key: told[key] - counted[key] for key in told})
            self.watch.note(f"{told.total():,} writes, {told[Told.OK]:,} acknowledged")

        try:
            with self._recorder() as recorder:
                told = move(self.record, writer(recorder, self.client, self.clock), pace, tell)
        except KeyboardInterrupt:
            self.watch.close()
            kept = self._kept(counted)
            output.document(_said(kept, removing=False), kept.model_dump_json(indent=1) + "\n")
            raise
        return self._kept(told), ExitCode.PASS if told[Told.OK] else ExitCode.UNKNOWN

    def remove(self) -> tuple[Kept, int]:
        self.watch.phase("remove", f"{self.record.items} canaries of {self.record.table}")
        with self._recorder() as recorder:
            kept = self._kept(remove(self.record, writer(recorder, self.client, self.clock)))
        return kept, ExitCode.LEFTOVERS if kept.left else ExitCode.PASS

    def _recorder(self) -> Recorder:
        return Recorder(self.folder.history, f"canary-{int(self.clock.now() * 1e6)}")

    def _kept(self, told: Counter[Told]) -> Kept:
        return Kept(
            table=self.record.table,
            folder=str(shown_path(self.folder.path)),
            writes=told.total(),
            ok=told[Told.OK],
            fail=told[Told.FAIL],
            info=told[Told.INFO],
            left=sum(self._is_there(number) for number in range(self.record.items)),
        )

    def _is_there(self, number: int) -> bool:
        wanted = keys.key(self.record, number)
        answer = self.client.get_item(TableName=self.record.table, Key=wanted, ConsistentRead=True)
        return "Item" in answer


@contextmanager
def _opened(place: Place, folder: CanaryFolder, config: Config) -> Iterator[tuple[Target, TableFacts]]:
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make {folder.path}: {error.strerror}", "Name another place with --out.") from error
    target = open_target(
        place.target,
        run_id=run_id(folder.path),
        folder=folder.path,
        pace="real",
        starts_at=0.0,
        seed=0,
        on_jump=lambda *_: None,
        terms=Terms(config, writes=False),
    )
    try:
        table = target.reader(place.name, place.region)
        table.close()
        yield target, table.facts
    finally:
        target.close()


def _record(asked: Asked, folder: CanaryFolder, target: Target, facts: TableFacts) -> CanaryRecord:
    """What was written down before, or what is written down now, before the first canary."""
    keys.check_schema(facts.key_attributes, facts.key_types)
    region, table = facts.source.split(":")[3], facts.source.partition("table/")[2]
    if (folder.path / CANARY_JSON).is_file():
        found = folder.read()
        same = (found.table, found.region, found.table_id, found.created_at)
        if same != (table, region, facts.table_id, facts.created_at):
            raise UsageError(
                f"the canaries in {folder.path} are of another table of that name, elsewhere or before it",
                "Name another place with --out.",
            )
        if asked.removing or asked.items <= found.items:
            return found
        found = found.model_copy(update={"items": asked.items})
    else:
        found = CanaryRecord(
            target=target.name,
            table=table,
            region=region,
            table_id=facts.table_id,
            created_at=facts.created_at,
            key_attributes=facts.key_attributes,
            key_types=facts.key_types,
            mark=keys.word_for(run_id(folder.path)),
            items=asked.items,
        )
    folder.write(found)
    return found


def _rate(text: str) -> float:
    """`1/s`, `30/m`, or a bare number per second."""
    number, _, unit = text.partition("/")
    seconds = {"": 1.0, "s": 1.0, "m": 60.0}.get(unit, 0.0)
    try:
        rate = float(number) / seconds
    except (ValueError, ZeroDivisionError):
        rate = 0.0
    if not isfinite(rate) or not 0 < rate <= MOST_PER_S:
        raise UsageError(f"--rate {text} is none", f"Write 1/s or 30/m; at most {MOST_PER_S:g}/s.")
    return rate


def _said(kept: Kept, *, removing: bool) -> str:
    outcomes = f"{kept.ok:,} acknowledged, {kept.fail:,} refused, {kept.info:,} nobody knows"
    left = f"{kept.left:,} {'canary' if kept.left == 1 else 'canaries'} left in {kept.table}"
    lines = [f"{number_of(kept.writes, 'write')}: {outcomes}", left, f"written down in {kept.folder}"]
    if kept.left and not removing:
        lines.append(f"take them away: dynadrill canary {kept.table} --remove")
    if not removing:
        lines.append(f"measure with them: dynadrill restore-check {kept.table} --canary {kept.folder}")
    return "\n".join(lines) + "\n"
