"""Before anything is touched: is it allowed, and did somebody agree to what it costs?"""

from ..checking.asked import Check
from ..checking.source import Source
from ..config.model import Config
from ..costs.agreement import agree
from ..costs.prices import read_prices
from ..errors import RefusedError
from ..iam.asked import Need
from ..plan import Plan
from ..store import run_id
from ..target import Target, TargetKind, table_prefix
from ..targets.meter import Budget
from .agreed import Tell, is_asked
from .money import budget_of, budget_of_drill, cost_of_drill
from .permitted import Permitted, ask_permissions
from .rehearsal import Rehearsal, rehearse_drill
from .rehearsing_check import look_like, rehearse_check


def hold_drill(plan: Plan, target: Target, yes_spend_usd: float | None, tell: Tell) -> Budget | None:
    """Rehearse a drill, and refuse it where it costs more than was agreed to, or where a permission is missing.

    Args:
        plan: the drill's.
        target: where it is to be.
        yes_spend_usd: what somebody agreed to, None for nothing.
        tell: hears what could not be asked.

    Raises:
        RefusedError: nothing was made.
    """
    rehearsal = rehearse_drill(plan, target.region)
    if target.kind is TargetKind.AWS or yes_spend_usd is not None:
        cost = cost_of_drill(plan, rehearsal, read_prices(), target.region)
        agree(cost.estimated_usd, yes_spend_usd, plan.config.aws.spend_limit_usd)
    prefix = table_prefix(run_id(plan.folder.path, plan.config.names.prefix))
    require(ask_permissions(target, needs_on(target, rehearsal, prefix)), tell)
    if yes_spend_usd is None:
        return None
    return budget_of_drill(plan, rehearsal, yes_spend_usd, read_prices(), target.region)


def hold_check(  # noqa: PLR0913, PLR0917 -- what the check is, and what it is held to
    check: Check, target: Target, own: str, source: Source, config: Config, tell: Tell
) -> Budget | None:
    """Rehearse a check, and refuse it where a permission is missing.

    Args:
        check: what is asked.
        target: where the table is.
        own: what the names of the check's own things begin with.
        source: the person's table.
        config: the person's own.
        tell: hears what could not be asked.

    Raises:
        RefusedError: nothing was made.
    """
    if is_asked(target):
        rehearsal = rehearse_check(check, look_like(target, check), config, target.name)
        require(ask_permissions(target, needs_on(target, rehearsal, own)), tell)
    if check.yes_spend_usd is None:
        return None
    return budget_of(source.size, check.yes_spend_usd, read_prices(), source.region)


def needs_on(target: Target, rehearsal: Rehearsal, own: str) -> tuple[Need, ...]:
    """What is needed of a target's account by a run whose things begin with a prefix."""
    return rehearsal.needs_as(own, target.account or "*")


def require(found: Permitted, tell: Tell) -> None:
    """Refuse where something is missing, and say what nobody knows.

    Raises:
        RefusedError: a permission is missing.
    """
    if found.missing:
        first = found.missing[0]
        more = "" if len(found.missing) == 1 else f", and {len(found.missing) - 1} more"
        raise RefusedError(
            f"the credentials may not do {first.action} on {first.resource}{more}: nothing was touched",
            "`dynadrill plan` prints the policy that is needed, and `--check` all that is missing.",
        )
    if found.unknown:
        tell(f"{found.how}: whether {len(found.unknown)} permissions are there is not known beforehand")
