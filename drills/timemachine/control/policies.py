"""Policies of access keys over the control API: who is held to which."""

from collections.abc import Mapping

from ...errors import UsageError
from .asked import Asked, NotThereError, only, text_in


def list_policies(asked: Asked) -> object:
    """The access keys that are held to a policy, each with it."""
    return {"policies": dict(sorted(asked.fleet.rights.documents().items()))}


def hold_to_policy(asked: Asked) -> object:
    """Hold an access key to a policy: it may do what that allows, and nothing else.

    Raises:
        UsageError: the members name no key, or the policy is none.
    """
    only(asked.members, "access_key", "policy")
    document = asked.members.get("policy")
    if not isinstance(document, Mapping):
        raise UsageError(f"policy is {document!r}", "policy is a policy document of IAM, as JSON.")
    asked.fleet.rights.hold(text_in(asked.members, "access_key"), document)
    return list_policies(asked)


def let_go(asked: Asked) -> object:
    """Let an access key do everything again.

    Raises:
        NotThereError: it is held to no policy.
    """
    if not asked.fleet.rights.let_go(asked.name):
        held = ", ".join(sorted(asked.fleet.rights.documents())) or "none"
        raise NotThereError(f"the access key {asked.name} is held to no policy; held are {held}")
    return {}


def let_all_go(asked: Asked) -> object:
    """Let every access key do everything again."""
    asked.fleet.rights.clear()
    return {}
