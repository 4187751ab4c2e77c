"""What a check is asked to do, as it was written; and the same, read and found to make sense."""

import shlex
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from ..compare.words import Word, read_word
from ..config.model import Config
from ..errors import UsageError
from ..exports.finding import is_export
from ..exports.place import FolderPlace
from ..invariants.invariant import Invariant, read_invariant
from ..quantities import parse_duration, parse_instant
from .record import Way
from .where import Place, table_place

LATEST = "latest"
EXPORT, LIVE = "export", "live"
WAYS: tuple[Way, ...] = ("pitr", "backup", "aws-backup")
AGAINST_HINT = "Write export, live, a snapshot's folder, an export's folder or s3:// place, or RUN@TIME."


@dataclass(frozen=True)
class Asked:
    """The command line."""

    table: str
    target: str | None = None
    endpoint: str | None = None
    to: str = LATEST
    method: str = "pitr"
    against: str | None = None
    changed_at: str | None = None
    may_be_open: str = "1%"
    region: str | None = None
    invariants: Sequence[str] = ()
    smoke: str | None = None
    canary: Path | None = None
    role: str | None = None
    rpo: str | None = None
    rto: str | None = None
    rcu: float | None = None
    yes_spend: float | None = None
    show_values: bool = False


@dataclass(frozen=True)
class Check:
    """What a check is to do.

    `to` is None for the latest instant there is, `against` a keyword or what a word means, None for nothing.
    `restore_region` is None beside the table.
    """

    place: Place
    to: float | None
    way: Way
    against: str | Word | None
    changed_at: str | None
    may_be_open: float
    restore_region: str | None
    invariants: tuple[Invariant, ...]
    smoke: str | None
    canary: Path | None
    role_arn: str | None
    rpo_s: float | None
    rto_s: float | None
    read_units_per_s: float | None
    yes_spend_usd: float | None
    show_values: bool


def make_check(asked: Asked, environment: Mapping[str, str], config: Config | None = None) -> Check:
    """Read and check the command line; looks at the disk, and at nothing else.

    Raises:
        UsageError: something is wrong.
    """
    config = config or Config()
    if asked.method not in WAYS:
        raise UsageError(f"--method {asked.method} is none", f"There are {', '.join(WAYS)}.")
    way = next(way for way in WAYS if way == asked.method)
    against = None if asked.against is None else _against(asked.against)
    if against == LIVE and asked.changed_at is None:
        raise UsageError(
            "--against live cannot tell what users changed since from what the restore got wrong",
            "Name the attribute that says when an item was written last: --changed-at updated_at.",
        )
    if isinstance(against, Word) and against.taken_for == "ledger" and asked.changed_at is not None:
        raise UsageError("a run's ledger knows when its items were written", "Leave out --changed-at.")
    invariants = tuple(read_invariant(Path(file)) for file in dict.fromkeys(asked.invariants))
    names = [invariant.name for invariant in invariants]
    if len(set(names)) < len(names):
        raise UsageError(f"two invariants have one name: {', '.join(names)}", "Rename one: a run keeps them by name.")
    if asked.canary is not None and not (asked.canary / "canary.json").is_file():
        raise UsageError(f"--canary {asked.canary} is no folder of canaries", "`dynadrill canary TABLE` makes one.")
    if asked.role is not None and way != "aws-backup":
        raise UsageError(f"--role is what AWS Backup acts as, and --method is {way}", "Leave it out, or change that.")
    if asked.rcu is not None and not asked.rcu > 0:
        raise UsageError(f"--rcu {asked.rcu:g} reads nothing", "Give read units per second, more than 0.")
    return Check(
        place=table_place(asked.table, asked.target or _configured(config), asked.endpoint, environment),
        to=None if asked.to == LATEST else _said("--to", asked.to, parse_instant),
        way=way,
        against=against,
        changed_at=asked.changed_at,
        may_be_open=_share(asked.may_be_open),
        restore_region=asked.region,
        invariants=invariants,
        smoke=None if asked.smoke is None else _smoke(asked.smoke),
        canary=asked.canary,
        role_arn=asked.role,
        rpo_s=None if asked.rpo is None else _said("--rpo", asked.rpo, parse_duration),
        rto_s=None if asked.rto is None else _said("--rto", asked.rto, parse_duration),
        read_units_per_s=asked.rcu,
        yes_spend_usd=_limited(asked.yes_spend, config.aws.spend_limit_usd),
        show_values=asked.show_values,
    )


def _configured(config: Config) -> str | None:
    """The target that the configuration names; a drill's own machine has no table of anybody's."""
    return None if config.defaults.target == "embedded" else config.defaults.target


def _limited(agreed: float | None, limit: float | None) -> float | None:
    return agreed if agreed is None or limit is None else min(agreed, limit)


def _said(option: str, text: str, parse: Callable[[str], float]) -> float:
    try:
        return parse(text)
    except UsageError as error:
        raise UsageError(f"{option}: {error.message}", error.hint) from error


def _against(text: str) -> str | Word:
    if text in (EXPORT, LIVE):
        return text
    try:
        word = read_word(text, lambda path: is_export(FolderPlace(path)))
    except UsageError as error:
        is_here = "Write ./ before it where what is here is meant. " if Path(text).exists() else ""
        raise UsageError(f"--against: {error.message}", is_here + AGAINST_HINT) from error
    if word.taken_for in ("table", "signature"):
        said = "a table's name" if word.taken_for == "table" else "a signature, which holds no items"
        raise UsageError(f"--against {text} would be {said}", AGAINST_HINT)
    return word


def _share(text: str) -> float:
    """`1%` or `0.01`."""
    number, percent, rest = text.partition("%")
    try:
        share = float(number) / (100 if percent else 1)
    except ValueError:
        share = -1.0
    if rest or not isfinite(share) or not 0 <= share < 1:
        raise UsageError(f"--may-be-open {text} is no share", "Write 1%, or 0.01: from 0% to less than 100%.")
    return share


def _smoke(command: str) -> str:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"--smoke {command!r} cannot be read: {error}", "Quote it as for a shell.") from error
    if "{table}" not in command or not words:
        raise UsageError(
            f"--smoke {command!r} does not name the restored table",
            "Write {table} where its name goes; {region} and {endpoint} are known too.",
        )
    if shutil.which(words[0]) is None:
        raise UsageError(f"--smoke: there is no command {words[0]}", "Name one that is on the PATH, or its path.")
    return command
