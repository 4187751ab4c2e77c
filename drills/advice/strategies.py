"""What there is to choose from: methods with their facts, and strategies, from a file beside the scenarios."""

import tomllib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from ..catalog import PACKAGES, Kind
from ..quantities import parse_duration

FILE = "advice.toml"


class Disaster(StrEnum):
    """The kinds of disaster that a strategy is held to."""

    BAD_WRITES = "bad_writes"
    DROPPED_TABLE = "dropped_table"
    LOST_REGION = "lost_region"

    @property
    def said(self) -> str:
        """As people read it."""
        return self.replace("_", " ").replace("region", "Region")


class Part(BaseModel):
    """A frozen part; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Measured(Part):
    """When the cells that come with dynadrill were drilled, and by which command."""

    at: date
    command: str


class Method(Part):
    """The facts of a method that a choice goes by."""

    title: str
    purpose: str
    rpo: str
    rto: str
    cost: str
    best_for: str


class Answer(Part):
    """The cell that stands for a strategy's answer to a kind of disaster.

    `scheduled`: what comes back is as old as the newest backup. `restores`: the RTO holds a restore.
    """

    disaster: str
    recovery: str
    scheduled: bool = False
    restores: bool = False


Interval = Annotated[float, BeforeValidator(lambda text: parse_duration(str(text)))]


class Strategy(Part):
    """One strategy; see the file for what its fields are.

    `claims` are the article's numbers that it is known by, and not ours; `protections` recoveries with their knobs.
    """

    title: str
    claims: str
    level: str
    pros: str
    cons: str
    best_for: str
    answers: Mapping[Disaster, Answer]
    protections: tuple[Mapping[str, Any], ...]
    replicas: int = 0
    every: Interval = 0.0


class Known(Part):
    """The whole file."""

    measured: Measured
    method: Mapping[str, Method]
    strategy: Mapping[str, Strategy]


@cache
def known() -> Known:
    """All there is to choose from."""
    text = resources.files(PACKAGES[Kind.SCENARIO]).joinpath(FILE).read_text(encoding="utf-8")
    return Known.model_validate(tomllib.loads(text))


def wanted_cells() -> list[tuple[str, str]]:
    """The cells that the strategies stand on, each once: disaster and recovery."""
    answers = [answer for strategy in known().strategy.values() for answer in strategy.answers.values()]
    return list(dict.fromkeys((answer.disaster, answer.recovery) for answer in answers))
