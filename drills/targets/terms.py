"""On what terms a run is on its target: what it may reach, what it tags, what is known of it from before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..config.model import Aws, Config
from ..errors import RefusedError
from ..masking import ending_of
from .meter import Meter

if TYPE_CHECKING:
    from ..waits.hearing import Waits

LIST_HINT = 'Put it into dynadrill.toml: [aws] accounts = ["123456789012"], regions = ["eu-west-1"].'


@dataclass(frozen=True)
class Known:
    """What is known of a run that was there before: what a sweep goes by.

    `names` are ARNs and ids of what carries no name of ours; `by_prefix` is whether whatever carries the run's prefix
    is the run's own, although this process did not make it; `places` are services and Regions; `troubles` what it made
    go wrong: kinds and names.
    """

    names: frozenset[str] = frozenset()
    by_prefix: bool = False
    places: frozenset[tuple[str, str]] = frozenset()
    troubles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Terms:
    """The terms of one run.

    Args:
        config: the person's own.
        scenario: what it is called in tags.
        known: what it has made already.
        meter: counts what the run uses, and ends it at a budget.
        waits: hears of the waits in which real time passes.
        writes: False where nothing is to be written down: no journal, no tags.
    """

    config: Config = field(default_factory=Config)
    scenario: str = ""
    known: Known = field(default_factory=Known)
    writes: bool = True
    meter: Meter | None = None
    waits: "Waits | None" = None

    @property
    def tags(self) -> Mapping[str, str]:
        """The person's own."""
        return self.config.tags


def check_region_allowed(aws: Aws, region: str) -> None:
    """Refuse a Region that is not among those allowed, where there is a list of them.

    Raises:
        RefusedError: it is not.
    """
    if aws.regions is not None and region not in aws.regions:
        raise RefusedError(
            f"the Region {region} is not among those allowed: {', '.join(aws.regions) or 'none'}",
            "The configuration's aws.regions lists them.",
        )


def check_account_allowed(aws: Aws, account: str) -> None:
    """Refuse an account that is not among those allowed, where there is a list of them.

    Raises:
        RefusedError: it is not.
    """
    if aws.accounts is not None and account not in aws.accounts:
        allowed = ", ".join(map(ending_of, aws.accounts)) or "none"
        raise RefusedError(
            f"the credentials are of the {ending_of(account)}, which is not among those allowed: {allowed}",
            "Use the profile of another account, or see the configuration's aws.accounts.",
        )


def check_lists(aws: Aws, region: str) -> None:
    """Refuse AWS itself where nobody has said which accounts and Regions are for drills.

    Raises:
        RefusedError: one of the lists is missing.
    """
    missing = [name for name, said in (("accounts", aws.accounts), ("regions", aws.regions)) if said is None]
    if missing:
        raise RefusedError(
            f"aws:{region} is a real account, and the configuration does not list the {' and '.join(missing)} that"
            " drills may use",
            LIST_HINT,
        )
