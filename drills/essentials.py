"""What has to be known of a run in a few lines, read from its verdict.json alone: for CI's pages, and for pytest.

Every verdict of dynadrill's has these fields, whatever else its own schema has beside them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from .errors import UnverifiableError
from .quantities import format_duration
from .report_text import LOOKS, clean
from .verdict import ExitCode, Outcome


class _Read(BaseModel):
    """A part that is read, and may have more fields than are looked at."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Objective(_Read):
    """What was asked for and what was measured, in seconds; null where it was not."""

    objective_s: float | None = None
    measured_s: float | None = None
    at_most_s: float | None = None
    simulated_s: float | None = None


class ClaimRead(_Read):
    """One validator's answer."""

    name: str
    verdict: Outcome
    because: str


class Essentials(_Read):
    """What a run came to. `scenario` or `table` names it, as its schema has it."""

    verdict: Outcome
    exit_code: ExitCode
    because: str
    scenario: str = ""
    table: str = ""
    recovery: str = ""
    target: str = ""
    pace: str = ""
    rpo: Objective | None = None
    rto: Objective | None = None
    leftovers: list[str] = []
    leftovers_known: bool = True
    validators: list[ClaimRead] = []

    @property
    def name(self) -> str:
        """What was drilled or checked."""
        return self.scenario or self.table or "run"

    @property
    def word(self) -> str:
        """The verdict as people read it: a pass that left something behind is none."""
        return "LEFTOVERS" if self.exit_code == ExitCode.LEFTOVERS else self.verdict.upper()

    @property
    def broken(self) -> list[ClaimRead]:
        """The claims that do not hold, or of which nothing is known."""
        fine = (Outcome.PASS, Outcome.NOT_APPLICABLE)
        return [claim for claim in self.validators if claim.verdict not in fine]


class Fact(NamedTuple):
    """A line of the essentials."""

    label: str
    value: str


def read_essentials(verdict_json: Path) -> Essentials:
    """The essentials of a verdict.

    Raises:
        UnverifiableError: there is none, or it is not one.
    """
    hint = "A run that was killed or is under way has none; `dynadrill judge RUN` judges what there is."
    try:
        return essentials_of(orjson.loads(verdict_json.read_bytes()))
    except OSError as error:
        raise UnverifiableError(f"{verdict_json} cannot be read: {error.strerror}", hint) from error
    except (orjson.JSONDecodeError, ValidationError) as error:
        raise UnverifiableError(f"{verdict_json} is no verdict of dynadrill's", hint) from error


def essentials_of(verdict: Any) -> Essentials:
    """The essentials of a verdict as it was read, or of a judgement."""
    return Essentials.model_validate(verdict, from_attributes=True)


def facts(run: Essentials) -> Iterator[Fact]:
    """What was measured, and held to what; an emulator's time is told apart."""
    if run.rpo is not None:
        yield Fact("RPO", _against(run.rpo.objective_s, run.rpo.at_most_s, "at most "))
    if run.rto is not None:
        simulated = run.rto.simulated_s
        note = f", {format_duration(simulated)} of it simulated (not AWS's time)" if simulated else ""
        yield Fact("RTO", _against(run.rto.objective_s, run.rto.measured_s, "", note))
    if run.target:
        yield Fact("target", ", ".join(part for part in (run.target, run.pace and f"{run.pace} pace") if part))
    if not run.leftovers_known:
        yield Fact("left behind", "not known; dynadrill sweep looks")
    elif run.leftovers:
        yield Fact("left behind", f"{len(run.leftovers)}: {', '.join(run.leftovers)}")


def _against(objective_s: float | None, measured_s: float | None, at_most: str, note: str = "") -> str:
    measured = "not measured" if measured_s is None else f"{at_most}{format_duration(measured_s)}{note}"
    return measured if objective_s is None else f"{measured}; {format_duration(objective_s)} are allowed"


def in_plain(run: Essentials) -> str:
    """The essentials as lines of text."""
    look = LOOKS[run.verdict]
    lines = [
        f"{look.sign} {run.word}  {run.name}: {run.because}",
        *(f"  {label}: {value}" for label, value in facts(run)),
    ]
    lines += [f"  {claim.verdict}: {claim.name}: {claim.because}" for claim in run.broken]
    return "".join(f"{clean(line)}\n" for line in lines)
