"""A served machine on which boto3 is a user who is held to a policy: for runs with just what their plan prints."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.cli import main
from dynadrill.drills.iam.writing import actions_in, without
from dynadrill.drills.planning import agreeing
from dynadrill.drills.planning.agreeing import needs_on
from dynadrill.drills.planning.permitted import ask_permissions
from dynadrill.drills.targets.open import open_target
from dynadrill.drills.targets.terms import Terms
from dynadrill.drills.timemachine.machine import TimeMachine

from tests.drills.targets.served import go_there, served_machine

REGION = "eu-west-1"
TARGET = f"aws:{REGION}"
USER = "limited"
SIMULATOR = "iam:SimulatePrincipalPolicy"
REHEARSED: list[Any] = []


@contextmanager
def limited_user(patch: pytest.MonkeyPatch) -> Iterator[tuple[str, TimeMachine]]:
    """A served machine, on which boto3 is the user `USER`; what runs ask before they begin is rehearsed once."""
    REHEARSED.clear()
    for name in ("rehearse_drill", "rehearse_check"):
        patch.setattr(agreeing, name, once(getattr(agreeing, name)))
    with served_machine() as (url, found):
        go_there(patch, url, USER)
        patch.setenv("AWS_REGION", REGION)
        yield url, found


def once(make: Any) -> Any:
    """What is made the first time, every time."""

    def made(*given: Any) -> Any:
        if not REHEARSED:
            REHEARSED.append(make(*given))
        return REHEARSED[0]

    return made


def inventory(machine: TimeMachine) -> list[tuple[str, str]]:
    """The tables and buckets that there are."""
    tables = [(each.region_name, name) for each in machine.fleet.backends() for name in each.tables]
    return tables + [("", name) for name in machine.fleet.neighbours.s3("123456789012").buckets]


def refused_without_any(
    machine: TimeMachine, policy: dict[str, Any], command: list[str], tried: tuple[str, ...], folder: Path
) -> None:
    """What is asked before anything is made is missing with any action but the simulator's removed.

    With some of them removed the command itself is tried: it is refused, and what is there is what was before.
    """
    before = inventory(machine)
    target = open_target(
        TARGET, run_id="none", folder=folder, pace="virtual", starts_at=0.0, seed=0, on_jump=lambda *_: None,
        terms=Terms(writes=False),
    )  # fmt: skip
    needs = needs_on(target, REHEARSED[-1], "dynadrill-none-")
    for action in actions_in(policy):
        if action != SIMULATOR:
            machine.fleet.rights.hold(USER, without(policy, action))
            assert {need.action for need in ask_permissions(target, needs).missing} == {action}
    target.close()
    for action in tried:
        machine.fleet.rights.hold(USER, without(policy, action))
        assert (main(command), action) == (5, action)
    assert inventory(machine) == before


def planned(*what: str) -> dict[str, Any]:
    """The policy that a plan prints."""
    assert main(["plan", *what, "--target", TARGET, "--policy", "policy.json", "--quiet"]) == 0
    policy: dict[str, Any] = json.loads(Path("policy.json").read_text())
    return policy
