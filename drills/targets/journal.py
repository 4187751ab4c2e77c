"""The write-ahead journal of a run: what it makes, on disk before the call that makes it is sent.

    {"t": "run", "run": "...", "target": "aws:eu-west-1", "kind": "aws", "region": "eu-west-1", "account": "", "at": 1}
    {"t": "making", "service": "dynamodb", "region": "eu-west-1", "kind": "table", "name": "...", "at": 1.0}
    {"t": "learned", "service": "kms", "region": "eu-west-1", "kind": "", "name": "arn:...", "at": 1.0}
    {"t": "troubling", "service": "", "region": "", "kind": "outage", "name": "eu-west-1", "at": 1.0}

A process that is killed leaves it whole, but for a torn last line. Whoever writes it holds a lock on it, so that a run
that lives is told from one that died. The account's number is whole in it: it is for whoever ran the drill.
"""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import orjson

from ..clock import Clock
from ..errors import UnverifiableError
from .making import Thing

JOURNAL = "journal.jsonl"
"""Its name in a run folder."""


@dataclass(frozen=True)
class Header:
    """Whose journal it is, and where its things are. `account` is empty where the target has none."""

    run: str
    target: str
    kind: str
    region: str
    account: str = ""


class Journal:
    """The journal of a run that is under way; safe to call from several threads.

    Args:
        path: the file; lines of an earlier opening stay.
        header: its first line.
        clock: for instants.

    Raises:
        UnverifiableError: another process has it.
    """

    def __init__(self, path: Path, header: Header, clock: Clock) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._clock = clock
        self._lock = Lock()
        self._known: set[str] = set()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise UnverifiableError(f"another process writes {path}", "See whether the run still lives.") from error
        self._write({"t": "run", **header.__dict__})

    def making(self, thing: Thing) -> None:
        """Something is about to be made: on disk when this returns."""
        self._write({"t": "making", **thing._asdict()})

    def learned(self, service: str, region: str, name: str) -> None:
        """Something that was made goes by a name of the target's: an ARN, an id. It is told once."""
        if name not in self._known:
            self._known.add(name)
            where = name.split(":")[3] if name.startswith("arn:") else region
            self._write({"t": "learned", **Thing(service, where, "", name)._asdict()})

    def troubling(self, kind: str, name: str) -> None:
        """Something is about to be made to go wrong on a machine: a Region lost (`outage`), a `fault` by its number."""
        self._write({"t": "troubling", **Thing("", "", kind, name)._asdict()})

    def mended(self, kind: str = "", name: str = "") -> None:
        """One thing that was made to go wrong has been put right; without a kind whatever was until now."""
        self._write({"t": "mended", "kind": kind, "name": name} if kind else {"t": "mended"})

    def close(self) -> None:
        """Let go of it; can be called twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _write(self, members: dict[str, str]) -> None:
        line = orjson.dumps({**members, "at": self._clock.now()}) + b"\n"
        with self._lock:
            os.write(self._file, line)
            os.fsync(self._file)


@dataclass(frozen=True)
class Told:
    """What a journal tells.

    `things` are what was asked to be made, `names` what it turned out to be called, `troubles` what was made to go
    wrong: kinds and names.
    """

    header: Header
    began_at: float
    things: tuple[Thing, ...]
    names: frozenset[str]
    troubles: tuple[tuple[str, str], ...]
    places: frozenset[tuple[str, str]]
    """The services and Regions in which there may be something."""


def read_journal(path: Path) -> Told | None:
    """What a journal tells; None where its first line is not whole: then nothing was made.

    Raises:
        UnverifiableError: a line that is not the last is no line of a journal.
    """
    lines = path.read_bytes().split(b"\n")
    entries = []
    for number, line in enumerate(lines[:-1], 1):
        try:
            entries.append(orjson.loads(line))
        except orjson.JSONDecodeError as error:
            raise UnverifiableError(
                f"line {number} of {path} is damaged", "Sweep its target without it: sweep --target T --region R."
            ) from error
    if not entries:
        return None
    header = next(each for each in entries if each["t"] == "run")
    made = [each for each in entries if each["t"] in {"making", "learned"}]
    return Told(
        Header(**{name: header[name] for name in Header.__dataclass_fields__}),
        header["at"],
        tuple(_thing(each) for each in made if each["t"] == "making"),
        frozenset(each["name"] for each in made if each["t"] == "learned"),
        _troubles(entries),
        frozenset((each["service"], each["region"]) for each in made),
    )


def _troubles(entries: list[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    """What was made to go wrong and has not been put right."""
    found: dict[tuple[str, str], None] = {}
    for each in entries:
        trouble = each.get("kind", ""), each.get("name", "")
        if each["t"] == "troubling":
            found[trouble] = None
        elif each["t"] == "mended" and trouble[0]:
            found.pop(trouble, None)
        elif each["t"] == "mended":
            found.clear()
    return tuple(found)


def lives(path: Path) -> bool:
    """Whether the process that writes a journal still runs."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(file)
    return False


def _thing(entry: dict[str, str]) -> Thing:
    return Thing(entry["service"], entry["region"], entry["kind"], entry["name"])
