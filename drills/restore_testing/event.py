"""What says which restore is to be validated: EventBridge's event, or the restore job's id.

The event only names the job. What is true of the job, AWS Backup is asked: an event may be late, twice, or made up.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TextIO

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ..errors import UsageError

STANDARD_INPUT = "-"
JOB_ID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z")
"""The form of AWS Backup's ids."""
HINT = (
    "It is what EventBridge hands a rule on AWS Backup's `Restore Job State Change`; docs/restore-testing.md shows one."
)


@dataclass(frozen=True)
class Named:
    """A restore job by its id; Region and the time of the event are None where only the id was given."""

    job_id: str
    region: str | None = None
    told_at: float | None = None


class _Detail(BaseModel):
    """What is needed of the event's detail; AWS may add members."""

    model_config = ConfigDict(frozen=True)

    job_id: str = Field(alias="restoreJobId", pattern=JOB_ID.pattern.replace(r"\Z", "$"))


class _Event(BaseModel):
    """What is needed of the event (AWS Backup Developer Guide, "Monitoring AWS Backup events using EventBridge")."""

    model_config = ConfigDict(frozen=True)

    source: Literal["aws.backup"]
    kind: Literal["Restore Job State Change"] = Field(alias="detail-type")
    time: AwareDatetime
    region: str
    detail: _Detail


def named_by(event: Mapping[str, Any]) -> Named:
    """The restore job that an event is about.

    Raises:
        UsageError: it is no such event.
    """
    try:
        found = _Event.model_validate(event)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"])) or "it"
        raise UsageError(f"this is no event of a restore job: {where}: {fault['msg'].lower()}", HINT) from error
    return Named(found.detail.job_id, found.region, found.time.timestamp())


def read_named(word: str, standard_input: TextIO) -> Named:
    """The restore job that a word of the command line names: a file with an event, `-`, or the job's id.

    Raises:
        UsageError: it names none.
    """
    if JOB_ID.match(word) and not Path(word).exists():
        return Named(word)
    try:
        text = standard_input.read() if word == STANDARD_INPUT else Path(word).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is no text"
        raise UsageError(f"{word} is neither the id of a restore job nor a file with an event: {said}", HINT) from error
    try:
        event = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{word} is no JSON: {error}", HINT) from error
    return named_by(event)
