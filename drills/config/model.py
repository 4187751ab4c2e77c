"""The shape of `dynadrill.toml`."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _own_tag(name: str) -> str:
    if name.startswith(("aws:", "dynadrill:")):
        raise ValueError("the names aws:... and dynadrill:... are taken")
    return name


def _no_run(prefix: str) -> str:
    if RUN.fullmatch(prefix):
        raise ValueError("eight digits from 0 to f would be taken for a run")
    return prefix


RUN = re.compile("[0-9a-f]{8}")
Account = Annotated[str, Field(pattern=r"^\d{12}$")]
Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d+$")]
TagName = Annotated[str, Field(min_length=1, max_length=128), AfterValidator(_own_tag)]
TagValue = Annotated[str, Field(max_length=256)]
Prefix = Annotated[str, Field(pattern=r"^[a-z0-9]{1,12}$"), AfterValidator(_no_run)]


class Part(BaseModel):
    """A frozen part of the file; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Aws(Part):
    """Where on AWS drills may run at all. An empty list of accounts or Regions allows none."""

    allow: bool = False
    """As DYNADRILL_ALLOW_AWS=1: calls may go to a real account."""
    accounts: tuple[Account, ...] | None = None
    regions: tuple[Region, ...] | None = None
    spend_limit_usd: Annotated[float, Field(ge=0)] | None = None
    """No command may be allowed to spend more."""


class Names(Part):
    """What is added to the names of everything that a run makes: `dynadrill-PREFIX-RUN-...`."""

    prefix: Prefix | None = None


class Defaults(Part):
    """What options say that are left out."""

    target: str | None = None
    out: Path | None = None


class RestoreTest(Part):
    """How a table that AWS Backup restored is checked; as the options of `dynadrill restore-testing`."""

    against: str | None = None
    changed_at: str | None = None
    may_be_open: str | None = None
    invariants: tuple[Path, ...] | None = None
    source: str | None = None
    rpo: str | None = None
    rcu: Annotated[float, Field(gt=0)] | None = None


class RestoreTesting(RestoreTest):
    """The same for every table, and what is another for some: `[restore_testing.tables.orders]`."""

    tables: dict[str, RestoreTest] = {}


class Config(Part):
    """The whole file."""

    aws: Aws = Aws()
    names: Names = Names()
    tags: Annotated[dict[TagName, TagValue], Field(max_length=40)] = {}
    """Put on everything that can carry tags, beside dynadrill's own."""
    defaults: Defaults = Defaults()
    restore_testing: RestoreTesting = RestoreTesting()
