"""The options of the commands: their types, names and help, as typer reads them."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from . import catalog
from .catalog import Kind

EXIT_CODES = (
    "Exit codes: 0 pass, 1 fail, 2 unknown (could not verify), 3 missed (right, but not within its objectives), "
    "4 unsupported, 5 refused, 6 leftovers, 64 wrong usage, 70 a defect of dynadrill, 130 and 143 after a signal."
)


def _complete(kind: Kind) -> Callable[[str], list[tuple[str, str]]]:
    """What a shell offers for the name of a thing; reads file names and docstrings, imports nothing."""

    def names(incomplete: str) -> list[tuple[str, str]]:
        found = catalog.entries(kind)
        return [(entry.name, entry.summary) for entry in found if entry.name.startswith(incomplete)]

    return names


def _number(text: str) -> Any:
    return typer.Option(metavar="N", help=text)


def _duration(text: str) -> Any:
    return typer.Option(metavar="DURATION", help=text)


def _name(text: str, kind: Kind) -> Any:
    return typer.Option(metavar="NAME", help=text, autocompletion=_complete(kind))


ScenarioArgument: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO|FILE.py",
        help="A scenario's name (see `dynadrill list`) or file.",
        autocompletion=_complete(Kind.SCENARIO),
    ),
]
RunArgument: TypeAlias = Annotated[
    Path, typer.Argument(metavar="RUN", help="A run folder; runs/SCENARIO/latest is the newest.")
]
NameArgument: TypeAlias = Annotated[
    str, typer.Argument(metavar="NAME", help="The name of anything that `dynadrill list` lists.")
]
Target: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="TARGET",
        help="embedded (unless configured otherwise), http://HOST:PORT, or aws:REGION.",
    ),
]
TargetToSweep: TypeAlias = Annotated[
    str | None, typer.Option("--target", metavar="TARGET", help="http://HOST:PORT or aws:REGION; else the journals'.")
]
Recovery: TypeAlias = Annotated[
    str | None, _name("Another way back; `nothing` is the negative control.", Kind.RECOVERY)
]
Disaster: TypeAlias = Annotated[str | None, _name("Another disaster.", Kind.DISASTER)]
Pace: TypeAlias = Annotated[
    str, typer.Option(metavar="real|virtual", help="Locust users in real time, or one thread in target time.")
]
Items: TypeAlias = Annotated[int | None, _number("How many items to start from.")]
Users: TypeAlias = Annotated[int | None, _number("How many users work with the table.")]
Rate: TypeAlias = Annotated[float | None, _number("Operations per second of all users together.")]
Seed: TypeAlias = Annotated[int | None, _number("What chance depends on; drawn and told when left out.")]
To: TypeAlias = Annotated[
    str,
    typer.Option(
        metavar="POINT",
        help="The restore point: auto (from the clue), latest, a time, strike+DURATION or strike-DURATION.",
    ),
]
Notice: TypeAlias = Annotated[str | None, _duration("How long until somebody notices.")]
Decide: TypeAlias = Annotated[str | None, _duration("How long until somebody decides what to do.")]
Rpo: TypeAlias = Annotated[str | None, _duration("At most so much time's worth of writes may be lost.")]
Rto: TypeAlias = Annotated[str | None, _duration("Users have to work again within this.")]
MaxLostAfter: TypeAlias = Annotated[int | None, _number("At most so many writes after the strike may be lost.")]
ForceCutover: TypeAlias = Annotated[bool, typer.Option("--force-cutover", help="Cut over although validation says no.")]
Repeat: TypeAlias = Annotated[int, _number("So many drills, seeds counting up; exits with the worst.")]
YesSpend: TypeAlias = Annotated[
    float | None,
    typer.Option(
        min=0,
        metavar="USD",
        help="On AWS: go on if it costs about so much or less, in US dollars; it ends where it has used that up.",
    ),
]
Out: TypeAlias = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Where run folders go: runs, unless configured."),
]
RunsFolder: TypeAlias = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where run folders go.")]
Config: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="The configuration: accounts and Regions that drills may use, tags, defaults. Else what DYNADRILL_CONFIG "
        "names, else dynadrill.toml where you stand.",
    ),
]
Json: TypeAlias = Annotated[
    str | None,
    typer.Option("--json", metavar="FILE|-", help="Write verdict.json here too; with several runs JSON lines."),
]
Junit: TypeAlias = Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML here too.")]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no report: one line per run.")]
Invariants: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--invariants",
        metavar="FILE.py|FILE.sql",
        help="What has to hold of the items: check(items) in Python, or a SELECT that must find no row. Repeatable.",
    ),
]
ShowValues: TypeAlias = Annotated[
    bool, typer.Option("--show-values", help="Show the values of items that break an invariant, not only their keys.")
]
Port: TypeAlias = Annotated[int, typer.Option(metavar="N", help="Where to listen on 127.0.0.1; 0 takes a free port.")]
ServeClock: TypeAlias = Annotated[
    str,
    typer.Option(
        metavar="real|manual|wall",
        help="A clock that runs (real) or stands still (manual), and can be moved forward, which drills do rather than "
        "wait; or one that runs and nobody can move (wall).",
    ),
]
StartAt: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Where its time begins: ISO 8601 with a zone, or epoch seconds; else now."),
]
MachineSeed: TypeAlias = Annotated[int, _number("What durations, identifiers and faults are drawn from.")]
Durations: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--duration",
        metavar="KIND=TIME",
        help="How long a kind of work takes: restore=30, export=5m. A wrong KIND lists them all. Repeatable.",
    ),
]
Faults: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--fault",
        metavar="FAULT",
        help='What goes wrong: "effect=throttle, operation=PutItem, table=Orders, probability=0.1, times=5". '
        "A wrong effect lists them all. Repeatable.",
    ),
]
Outages: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--outage", metavar="REGION", help="A Region that is down; REGION=drop or REGION=hang: silently. Repeatable."
    ),
]
