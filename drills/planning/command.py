"""What `dynadrill plan` does: rehearse, price, write the policy, and ask for the permissions where it is told to."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .. import plan as drills
from ..checking import asked as checks
from ..checking.source import look_at
from ..checking.spending import cost_of
from ..config.model import Config
from ..costs.prices import read_prices
from ..disaster import Needing
from ..errors import UnsupportedError, UsageError
from ..iam.asked import EVERYTHING
from ..masking import masked
from ..output import Output, check_writable
from ..report import to_text
from ..store import RunFolder
from ..target import Capability, Target
from ..targets.addresses import configured_address
from ..targets.open import open_target
from ..targets.terms import Terms
from ..terminal import say, screen_of
from ..verdict import ExitCode, Outcome
from ..watch import Watch
from .agreeing import needs_on
from .money import cost_of_drill
from .permitted import ask_permissions, source_of
from .planned import Planned, calls_of, permissions_of, phases_of, policy_of, resources_of
from .rehearsal import OWN, Rehearsal, rehearse_drill
from .rehearsing_check import look_like, rehearse_check
from .showing import text_of

ELSEWHERE = "us-east-1"
OWN_NOW = "dynadrill-00000000-"
"""Whom permissions are asked for: a run that nobody makes, whose things carry the prefix all the same."""


@dataclass(frozen=True)
class Wanted:
    """Where the plan goes, and whether the permissions are asked for."""

    policy_to: str | None
    check: bool


@dataclass(frozen=True)
class Around:
    """What the command is handed: the environment's variables, the configuration, a watch."""

    environment: Mapping[str, str]
    config: Config
    watch: Watch


def plan_drill(asked: drills.Asked, wanted: Wanted, output: Output, around: Around) -> int:
    """Plan a drill; answers the exit code.

    Raises:
        UsageError: an option is wrong.
        UnsupportedError: it takes a Region down, which AWS does not, or its table cannot have its protection.
    """
    _check_files(output, wanted)
    with TemporaryDirectory(prefix="dynadrill-plan-") as made:
        plan = drills.make_plan(asked, lambda *_: RunFolder(Path(made)))
        _check_outages(plan)
        around.watch.phase("rehearse", plan.scenario_name)
        region = _region(plan, around.environment)
        rehearsal = rehearse_drill(replace(plan, region=region), region)
        if rehearsal.verdict == Outcome.UNSUPPORTED:
            raise UnsupportedError(rehearsal.because, "Plan it with another --recovery, --disaster or scenario.")
        cost = cost_of_drill(plan, rehearsal, read_prices(), region)
        if not wanted.check:
            document = policy_of(rehearsal.needs_as(OWN, EVERYTHING), OWN, plan.config.names.prefix, EVERYTHING)
            return _tell(
                _planned(plan.scenario_name, plan.target, region, rehearsal, cost, document), wanted, output, around
            )
        if plan.target == "embedded":
            raise UsageError("--check asks a target that has credentials", "Say --target aws:REGION.")
        with _opened(plan.target, around.config, Path(made)) as target:
            found = _planned(
                plan.scenario_name, target.name, region, rehearsal, cost, _exact(target, rehearsal, around.config)
            )
            return _asked(target, rehearsal, found, wanted, output, around)


def plan_check(asked: checks.Asked, wanted: Wanted, output: Output, around: Around) -> int:
    """Plan a check of a person's table, which is described for it; answers the exit code.

    Raises:
        UsageError: there is no such table, or an option is wrong.
    """
    _check_files(output, wanted)
    check = checks.make_check(asked, around.environment, around.config)
    with (
        TemporaryDirectory(prefix="dynadrill-plan-") as made,
        _opened(check.place.target, around.config, Path(made)) as target,
    ):
        around.watch.phase("look", check.place.name)
        source = look_at(target, check.place)
        around.watch.phase("rehearse", f"a check of {check.place.name}")
        rehearsal = rehearse_check(check, look_like(target, check), around.config, target.name)
        cost = cost_of(check, source, billed=True)
        subject = f"restore-check {check.place.name}"
        document = _exact(target, rehearsal, around.config)
        found = _planned(subject, target.name, source.region, rehearsal, cost, document)
        if not wanted.check:
            return _tell(found, wanted, output, around)
        return _asked(target, rehearsal, found, wanted, output, around)


def _check_outages(plan: drills.Plan) -> None:
    """A drill that takes a Region down is none for AWS."""
    needs = {*plan.recovery.needs, *(plan.disaster.needs if isinstance(plan.disaster, Needing) else ())}
    region = plan.target.removeprefix("aws:")
    if plan.target.startswith("aws:") and Capability.OUTAGES in needs and configured_address(region) is None:
        raise UnsupportedError(
            f"{plan.target} cannot do outages, which {plan.scenario_name} needs: no API takes a Region down",
            "Plan it on the embedded target or on a served machine.",
        )


def _region(plan: drills.Plan, environment: Mapping[str, str]) -> str:
    if plan.target.startswith("aws:"):
        return plan.target.removeprefix("aws:")
    if plan.target == "embedded":
        return plan.region or ELSEWHERE
    return environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or ELSEWHERE


@contextmanager
def _opened(name: str, config: Config, folder: Path) -> Iterator[Target]:
    """The target, to be looked at only: no journal, no tags, nothing made."""
    target = open_target(
        name,
        run_id="00000000",
        folder=folder,
        pace="virtual",
        starts_at=0.0,
        seed=0,
        on_jump=lambda *_: None,
        terms=Terms(config, writes=False),
    )
    try:
        yield target
    finally:
        target.close()


def _exact(target: Target, rehearsal: Rehearsal, config: Config) -> Mapping[str, Any]:
    """The policy for the target's own account, and for whoever asks."""
    principal = str(target.service("sts").get_caller_identity()["Arn"])
    source = EVERYTHING if principal.endswith(":root") else source_of(principal)
    return policy_of(rehearsal.needs_as(OWN, target.account or EVERYTHING), OWN, config.names.prefix, source)


def _planned(  # noqa: PLR0913, PLR0917 -- one row of what is known
    subject: str, target: str, region: str, rehearsal: Rehearsal, cost: Any, policy: Mapping[str, Any]
) -> Planned:
    return Planned(
        subject=subject,
        target=target,
        region=region,
        calls=calls_of(rehearsal),
        resources=resources_of(rehearsal),
        phases=phases_of(rehearsal),
        modelled_s=round(rehearsal.lasted_s, 1),
        estimated_usd=cost.estimated_usd,
        unconfirmed_prices=cost.unconfirmed,
        rehearsed_verdict=rehearsal.verdict,
        rehearsed_because=rehearsal.because,
        policy=dict(policy),
    )


def _asked(  # noqa: PLR0913, PLR0917 -- likewise
    target: Target, rehearsal: Rehearsal, found: Planned, wanted: Wanted, output: Output, around: Around
) -> int:
    around.watch.phase("permissions", "IAM's policy simulator")
    permitted = ask_permissions(target, needs_on(target, rehearsal, OWN_NOW))
    told = found.model_copy(update={"permissions": permissions_of(permitted)})
    code = _tell(told, wanted, output, around)
    if permitted.missing:
        return ExitCode.REFUSED
    return ExitCode.UNKNOWN if permitted.unknown else code


def _tell(found: Planned, wanted: Wanted, output: Output, around: Around) -> int:
    around.watch.close()
    policy = json.dumps(found.policy, indent=2) + "\n"
    to_stdout = "-" in (wanted.policy_to, output.json_to)
    stream = sys.stderr if to_stdout else output.stream
    if not output.quiet:
        say(to_text(text_of(found), screen_of(stream)) + "\n", stream)
    if wanted.policy_to == "-":
        say(policy, sys.stdout)
    elif wanted.policy_to is not None:
        Path(wanted.policy_to).write_text(policy, encoding="utf-8")
    shown = found.model_dump_json(indent=2, by_alias=True) + "\n"
    output.document("", masked(re.sub(r":\d{12}:", ":*:", shown)))
    return ExitCode.PASS


def _check_files(output: Output, wanted: Wanted) -> None:
    if wanted.policy_to == "-" and output.json_to == "-":
        raise UsageError("--policy - and --json - both want standard output", "Name a file for one of them.")
    output.check()
    if wanted.policy_to not in (None, "-"):
        check_writable("--policy", Path(wanted.policy_to or ""))
