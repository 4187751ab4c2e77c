"""A rehearsal: the very drill or check, small and in virtual pace, on a machine of its own; every call is looked at."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from ..costs.estimate import Size
from ..iam.asked import Asked, Need
from ..plan import Plan
from ..run import run_drill
from ..store import RunFolder, run_id
from ..target import table_prefix
from ..targets.journal import JOURNAL, read_journal
from ..targets.making import Thing
from ..targets.rehearsal import Rehearsing
from ..timemachine.calls import DEFAULT_ACCOUNT, Answer
from ..watch import SilentWatch

ITEMS = 60
USERS = 3
RATE_PER_S = 5.0
"""How large a rehearsal is: large enough that every call of the drill is made, small enough to take a second."""

READ_UNIT = 4096
LARGEST_PAGE = 2**20
OWN = "dynadrill-rehearsal-"
"""What stands in the place of a run's own prefix in what a rehearsal tells."""


class CallKind(NamedTuple):
    """One kind of call: service as boto3 names it, operation, Region."""

    service: str
    operation: str
    region: str


class Phase(NamedTuple):
    """A phase, and how long it lasted by the machine's clock."""

    name: str
    seconds: float


@dataclass
class Seen:
    """What was seen of the calls."""

    calls: Counter[CallKind] = field(default_factory=Counter)
    needs: dict[Need, None] = field(default_factory=dict)
    writes: int = 0
    reads: int = 0
    """Write and read units, of up to 1 KB and 4 KB each."""

    def __call__(self, asked: Asked, needs: tuple[Need, ...], answer: Answer) -> None:
        """Take a call in."""
        self.calls[CallKind(asked.service, asked.operation, asked.region)] += 1
        self.needs.update(dict.fromkeys(needs))
        if asked.service == "dynamodb":
            self.writes += write_units(asked)
            self.reads += _read_units(asked, answer)


@dataclass(frozen=True)
class Rehearsal:
    """What a rehearsal showed. Names of the run's own begin with `OWN`; the account is `DEFAULT_ACCOUNT`."""

    calls: Mapping[CallKind, int]
    needs: tuple[Need, ...]
    things: tuple[Thing, ...]
    phases: tuple[Phase, ...]
    writes: int
    reads: int
    verdict: str
    because: str

    @property
    def lasted_s(self) -> float:
        """How long all of it took by the machine's clock, which follows a model and is not AWS's."""
        return sum(phase.seconds for phase in self.phases)

    @property
    def replicas(self) -> int:
        """How many replicas were made in other Regions; a witness is none."""
        return sum(thing.kind == "replica" for thing in self.things)

    def needs_as(self, own: str, account: str) -> tuple[Need, ...]:
        """What is needed by a run whose own things begin with a prefix, in an account."""

        def there(need: Need) -> Need:
            resource = need.resource.replace(OWN, own).replace(f":{DEFAULT_ACCOUNT}:", f":{account}:")
            return need._replace(resource=resource)

        return tuple(dict.fromkeys(there(need) for need in self.needs))


class PhaseWatch(SilentWatch):
    """Notes when each phase begins, by a clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._began: list[tuple[str, float]] = []

    def phase(self, name: str, detail: str = "") -> None:
        """Note it."""
        del detail
        self._began.append((name, self._now()))

    def phases(self) -> tuple[Phase, ...]:
        """Those that are over, and the current one until now."""
        ends = [*(at for _, at in self._began[1:]), self._now()]
        return tuple(Phase(name, end - at) for (name, at), end in zip(self._began, ends, strict=True))


@contextmanager
def a_folder() -> Iterator[Path]:
    """A run folder for as long as a rehearsal takes, one level down: `latest` beside it is gone with it."""
    with TemporaryDirectory(prefix="dynadrill-rehearsal-") as around:
        folder = Path(around, "run")
        folder.mkdir()
        yield folder


def rehearse_drill(plan: Plan, region: str) -> Rehearsal:
    """Rehearse a drill.

    Args:
        plan: of the drill; its folder is not touched.
        region: the home Region.
    """
    stage = Rehearsing(plan.target, region, plan.starts_at)
    with a_folder() as folder:
        small = replace(
            plan,
            pace="virtual",
            items=min(plan.items, ITEMS),
            users=min(plan.users, USERS),
            rate_per_s=min(plan.rate_per_s, RATE_PER_S),
            invariants=(),
            validators=tuple(name for name in plan.validators if name != "own_invariants"),
            folder=RunFolder(folder),
        )

        def act(watch: PhaseWatch) -> tuple[str, str]:
            judgement = run_drill(small, watch, opening=stage.open)
            return judgement.verdict.value, judgement.because

        return rehearsed(stage, folder, plan.config.names.prefix, act)


def rehearsed(
    stage: Rehearsing, folder: Path, prefix: str | None, act: Callable[[PhaseWatch], tuple[str, str]]
) -> Rehearsal:
    """Let something happen on a stage, and tell what was seen of it.

    Args:
        stage: with everything that was there before.
        folder: the run's.
        prefix: what the configuration adds to names.
        act: does it, and answers a verdict with its reason.
    """
    seen, watch = Seen(), PhaseWatch(stage.clock.now)
    stage.watch(seen)
    verdict, because = act(watch)
    own = table_prefix(run_id(folder, prefix))
    told = read_journal(folder / JOURNAL) if (folder / JOURNAL).exists() else None
    things = tuple(dict.fromkeys(told.things if told else ()))
    needs = (*seen.needs, *removing_replicas(things))
    return Rehearsal(
        calls=dict(sorted(seen.calls.items())),
        needs=tuple(need._replace(resource=need.resource.replace(own, OWN)) for need in needs),
        things=tuple(thing._replace(name=thing.name.replace(own, OWN)) for thing in things),
        phases=watch.phases(),
        writes=seen.writes,
        reads=seen.reads,
        verdict=verdict,
        because=because.replace(own, OWN),
    )


def removing_replicas(things: tuple[Thing, ...]) -> Iterator[Need]:
    """What it takes to delete a replica beside DeleteTable, where no call says that a table is one.

    Developer Guide, "Using IAM with DynamoDB global tables".
    """
    for thing in things:
        if thing.kind == "replica":
            arn = f"arn:aws:dynamodb:{thing.region}:{DEFAULT_ACCOUNT}:table/{thing.name}"
            yield Need("dynamodb:DeleteTableReplica", arn, thing.region)


def write_units(asked: Asked) -> int:
    """One per item of up to 1 KB, two in a transaction (Developer Guide, "DynamoDB read and write operations")."""
    match asked.operation:
        case "PutItem" | "UpdateItem" | "DeleteItem":
            return 1
        case "BatchWriteItem":
            return sum(map(len, asked.parameters.get("RequestItems", {}).values()))
        case "TransactWriteItems":
            return 2 * len(asked.parameters.get("TransactItems", ()))
    return 0


def read_units_at_most(asked: Asked, size: Size) -> int:
    """What a call may read: a page holds up to 1 MB (API Reference, Scan), and no more than there is."""
    match asked.operation:
        case "Scan" | "Query":
            return max(1, ceil(min(LARGEST_PAGE, size.items) / READ_UNIT))
        case "GetItem":
            return 1
        case "BatchGetItem":
            return sum(len(each.get("Keys", ())) for each in asked.parameters.get("RequestItems", {}).values())
        case "TransactGetItems":
            return 2 * len(asked.parameters.get("TransactItems", ()))
    return 0


def _read_units(asked: Asked, answer: Answer) -> int:
    """By what was answered, each beginning 4 KB a unit: more than is billed, since JSON is longer than an item."""
    if asked.operation in {"GetItem", "Query", "Scan", "BatchGetItem"}:
        return max(1, ceil(len(answer.body) / READ_UNIT))
    return 2 * len(asked.parameters.get("TransactItems", ())) if asked.operation == "TransactGetItems" else 0
