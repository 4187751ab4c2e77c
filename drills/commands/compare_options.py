"""The options of `dynadrill compare`, as typer reads them."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

LeftArgument: TypeAlias = Annotated[str, typer.Argument(metavar="LEFT", help="What it should be; see above.")]
RightArgument: TypeAlias = Annotated[str, typer.Argument(metavar="RIGHT", help="What it is; see above.")]

WHERE, WHAT, SHOWN, HOW = "Where the sides are", "What is compared", "What is shown", "How it is done"


def _text(text: str, metavar: str, panel: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(metavar=metavar, help=text, rich_help_panel=panel)
    return option


def _flag(name: str, text: str, panel: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(name, help=text, rich_help_panel=panel)
    return option


Region: TypeAlias = Annotated[str | None, _text("The Region of both tables; else the environment's.", "REGION", WHERE)]
LeftRegion: TypeAlias = Annotated[str | None, _text("The Region of LEFT.", "REGION", WHERE)]
RightRegion: TypeAlias = Annotated[str | None, _text("The Region of RIGHT.", "REGION", WHERE)]
Endpoint: TypeAlias = Annotated[
    str | None, _text("The endpoint of both tables; else AWS_ENDPOINT_URL, else AWS itself.", "URL", WHERE)
]
LeftEndpoint: TypeAlias = Annotated[str | None, _text("The endpoint of LEFT.", "URL", WHERE)]
RightEndpoint: TypeAlias = Annotated[str | None, _text("The endpoint of RIGHT.", "URL", WHERE)]
Key: TypeAlias = Annotated[
    str | None, _text("The key of exported tables, which an export does not tell: id or id,sort.", "ATTR[,ATTR]", WHERE)
]
LeftKey: TypeAlias = Annotated[str | None, _text("The key of the export LEFT.", "ATTR[,ATTR]", WHERE)]
RightKey: TypeAlias = Annotated[str | None, _text("The key of the export RIGHT.", "ATTR[,ATTR]", WHERE)]
LeftApply: TypeAlias = Annotated[
    list[str] | None, _text("An incremental export to apply over LEFT; can be repeated.", "PLACE", WHERE)
]
RightApply: TypeAlias = Annotated[
    list[str] | None, _text("An incremental export to apply over RIGHT; can be repeated.", "PLACE", WHERE)
]
KeysOnly: TypeAlias = Annotated[bool, _flag("--keys-only", "Which keys there are, and not what is under them.", WHAT)]
Sample: TypeAlias = Annotated[
    str | None,
    _text(
        "A share of the keys (1%), the same on both sides. A live table is read whole all the same; what it "
        "saves is comparing.",
        "SHARE",
        WHAT,
    ),
]
Ignore: TypeAlias = Annotated[
    list[str] | None,
    _text(
        "An attribute that may differ, and why; a dot leads into a map (meta.seen_at). Can be repeated; each is "
        "listed in the output.",
        "ATTR=REASON",
        WHAT,
    ),
]
BoundaryOption: TypeAlias = Annotated[
    str | None, _text("How exactly a ledger's instant is meant, either way; else exactly.", "DURATION", WHAT)
]
Format: TypeAlias = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="text|json|jsonl",
        help="text, json (the result), or jsonl (every difference on a line, then the result).",
        rich_help_panel=SHOWN,
    ),
]
Json: TypeAlias = Annotated[
    str | None, typer.Option("--json", metavar="FILE|-", help="Write the result here too.", rich_help_panel=SHOWN)
]
OutFile: TypeAlias = Annotated[
    Path | None, _text("Write every difference here, as Parquet or JSON lines.", "FILE.parquet|FILE.jsonl", SHOWN)
]
ShowValues: TypeAlias = Annotated[
    bool, _flag("--show-values", "Show the values that differ, and not only where they are.", SHOWN)
]
MaskKeys: TypeAlias = Annotated[
    bool,
    _flag("--mask-keys", "Show 16 hexadecimal digits of a key's BLAKE2b in its place, the same in every run.", SHOWN),
]
Samples: TypeAlias = Annotated[int, _text("How many differences of each class are shown.", "N", SHOWN)]
EngineOption: TypeAlias = Annotated[
    str, _text("duckdb, or spark (pip install 'dynadrill\\[spark]').", "duckdb|spark", HOW)
]
BySignature: TypeAlias = Annotated[
    bool, _flag("--by-signature", "Compare sums of buckets first, then read only buckets that differ.", HOW)
]
Keep: TypeAlias = Annotated[
    Path | None, _text("Keep the snapshots that are made of tables and exports, as DIR/left and DIR/right.", "DIR", HOW)
]
SegmentsOption: TypeAlias = Annotated[int, _text("In how many segments at once a table is read.", "N", HOW)]
ReadUnits: TypeAlias = Annotated[
    float | None, _text("At most so many read units per second from each table.", "N", HOW)
]
