"""How a restored table is to be checked: said on the command line, in the environment, or in the configuration."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..checking.asked import EXPORT, Asked, Check, make_check
from ..config.model import Config, RestoreTest
from ..errors import UsageError
from .job import RestoreJob

VARIABLES = {
    "against": "DYNADRILL_AGAINST",
    "changed_at": "DYNADRILL_CHANGED_AT",
    "may_be_open": "DYNADRILL_MAY_BE_OPEN",
    "invariants": "DYNADRILL_INVARIANTS",
    "source": "DYNADRILL_SOURCE_TABLE",
    "rpo": "DYNADRILL_RPO",
    "rcu": "DYNADRILL_RCU",
}
"""The environment variable of each option; the files of invariants stand behind each other as in PATH."""


@dataclass(frozen=True)
class Wanted:
    """The options of one validation, as they were written; None where nobody said anything.

    `source` is the table that was backed up, where it is another than AWS Backup says.
    """

    against: str | None = None
    changed_at: str | None = None
    may_be_open: str | None = None
    invariants: tuple[str, ...] | None = None
    source: str | None = None
    rpo: str | None = None
    rcu: float | None = None

    def or_else(self, other: "Wanted") -> "Wanted":
        """What is not said here, as another says it."""
        return replace(other, **{name: value for name, value in vars(self).items() if value is not None})


def wanted_of(table: str, said: Wanted, environment: Mapping[str, str], config: Config) -> Wanted:
    """How a table is to be checked: the command line first, then its own section, the environment, and the section.

    Raises:
        UsageError: a variable makes no sense.
    """
    section = config.restore_testing
    of_table = section.tables.get(table)
    own = Wanted() if of_table is None else _of_section(of_table)
    return said.or_else(own).or_else(_of_environment(environment)).or_else(_of_section(section))


def _of_section(section: RestoreTest) -> Wanted:
    paths = section.invariants
    said: dict[str, Any] = {name: getattr(section, name) for name in VARIABLES}
    return Wanted(**{**said, "invariants": None if paths is None else tuple(map(str, paths))})


def _of_environment(environment: Mapping[str, str]) -> Wanted:
    said: dict[str, Any] = {name: environment.get(variable) or None for name, variable in VARIABLES.items()}
    if said["invariants"] is not None:
        said["invariants"] = tuple(said["invariants"].split(os.pathsep))
    if said["rcu"] is not None:
        try:
            said["rcu"] = float(said["rcu"])
        except ValueError as error:
            raise UsageError(
                f"{VARIABLES['rcu']}={said['rcu']} is no number", "Write read units per second."
            ) from error
    return Wanted(**said)


def check_of(job: RestoreJob, wanted: Wanted, target: str, *, show_values: bool, yes_spend: float | None) -> Check:
    """The check of what a job restored.

    Raises:
        UsageError: an option makes no sense.
    """
    asked = Asked(
        table=wanted.source or job.source_arn,
        target=target,
        against=wanted.against,
        changed_at=wanted.changed_at,
        may_be_open=wanted.may_be_open or Asked.may_be_open,
        invariants=wanted.invariants or (),
        rpo=wanted.rpo,
        rcu=wanted.rcu,
        yes_spend=yes_spend,
        show_values=show_values,
    )
    # The Region of the table is its own: with a copied recovery point it is another than that of the job.
    table = replace(asked, target=None) if asked.table.startswith("arn:") else asked
    check = make_check(table, {"AWS_REGION": job.region})
    return replace(check, place=replace(check.place, target=target), way="given", restore_region=job.region)


def makes_something(check: Check) -> bool:
    """Whether a check makes anything that has to be removed: an export does."""
    return check.against == EXPORT
