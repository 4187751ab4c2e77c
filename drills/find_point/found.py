"""What finding a restore point came to: the content of its JSON."""

from typing import Literal

from ..json_model import JsonModel
from ..judgement import PointFigures


class WindowFound(JsonModel):
    """The restorable window as the table's endpoint told it. `lag_s` is null where it did not say what time it is."""

    earliest_at: float
    latest_at: float
    lag_s: float | None


class ClueFound(JsonModel):
    """What the clue of a stored run says: where it comes from, and how far from the true first bad write it is."""

    source: str
    first_bad_at: float | None
    best_at: float | None
    off_s: float | None


class Asked(JsonModel):
    """A point that was asked about. `refused_because` is empty where it is in reach and surely before the damage."""

    point: PointFigures
    refused_because: str


class Found(JsonModel):
    """The point, what it was found from, and the curve, a point for each second.

    `certain` is whether nothing that was looked at leaves room for an earlier bad write; `doubts` say why not.
    `exactness_s` is how far instants may be from the true ones. Counts of good writes are null where nobody saw them.
    """

    schema_: Literal["dynadrill.point/1"] = "dynadrill.point/1"
    of: Literal["table", "run"]
    name: str
    read: list[str]
    first_bad_at: float
    best_at: float
    boundary_s: tuple[float, float]
    exactness_s: float
    certain: bool
    doubts: list[str]
    bad_writes: int
    damaged_keys: int
    good_writes: int | None
    curve: list[PointFigures]
    window: WindowFound | None = None
    cannot_because: str = ""
    clue: ClueFound | None = None
    asked: Asked | None = None
