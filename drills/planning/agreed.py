"""What drills and checks are held to, without reading what a rehearsal takes until one is needed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..target import Target, TargetKind

if TYPE_CHECKING:
    from ..checking.asked import Check
    from ..checking.source import Source
    from ..config.model import Config
    from ..plan import Plan
    from ..targets.meter import Budget

Tell = Callable[[str], None]


def agreed_drill(yes_spend_usd: float | None, tell: Tell) -> "Callable[[Plan, Target], Budget | None]":
    """What a drill is held to before it makes anything: see `agreeing.hold_drill`.

    On AWS it is rehearsed first; elsewhere only where somebody asks: by a budget, or because a machine holds access
    keys to policies.

    Args:
        yes_spend_usd: what somebody agreed to, None for nothing.
        tell: hears what could not be asked.
    """

    def check(plan: "Plan", target: Target) -> "Budget | None":
        if yes_spend_usd is not None or is_asked(target):
            from .agreeing import hold_drill  # noqa: PLC0415 -- it brings the machine to rehearse on

            return hold_drill(plan, target, yes_spend_usd, tell)
        return None

    return check


def agreed_check(config: "Config", tell: Tell) -> "Callable[[Check, Target, str, Source], Budget | None]":
    """What a check is held to before it makes anything: see `agreeing.hold_check`.

    Args:
        config: the person's own.
        tell: hears what could not be asked.
    """

    def check(asked: "Check", target: Target, own: str, source: "Source") -> "Budget | None":
        if asked.yes_spend_usd is not None or is_asked(target):
            from .agreeing import hold_check  # noqa: PLC0415 -- as above

            return hold_check(asked, target, own, source, config, tell)
        return None

    return check


def is_asked(target: Target) -> bool:
    """Whether somebody's permissions can be missing there."""
    return target.kind is TargetKind.AWS or target.holds_to_policies()
