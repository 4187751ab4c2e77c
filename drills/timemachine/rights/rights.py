"""What the access keys of one machine may do: everything, unless one is held to a policy."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from ...iam.asked import Asked, Need
from ...iam.needs import needs_of
from ...iam.policy import Policy, read_policy
from ...iam.writing import context_of
from ..calls import Answer
from ..errors import AwsError

if TYPE_CHECKING:
    from ..neighbours.registry import Neighbours

Watcher: TypeAlias = Callable[[Asked, tuple[Need, ...], Answer], None]
"""Told of each call that was answered: what it asked for, what that needs, and the answer."""

USER = "user/{}"


class Rights:
    """The policies of access keys, and who watches the calls.

    An access key is whatever a signature names; one that is held to no policy is an account's root, and may do all.
    """

    def __init__(self) -> None:
        self._documents: dict[str, Mapping[str, Any]] = {}
        self._policies: dict[str, Policy] = {}
        self.watcher: Watcher | None = None

    def __bool__(self) -> bool:
        """Whether any call has to be looked at."""
        return bool(self._policies) or self.watcher is not None

    def hold(self, key: str, document: Mapping[str, Any]) -> None:
        """Hold an access key to a policy, instead of any before.

        Raises:
            UsageError: it is no policy, or one that is not evaluated here.
        """
        self._policies[key] = read_policy(document)
        self._documents[key] = document

    def let_go(self, key: str) -> bool:
        """Let an access key do everything again; False where it could."""
        self._documents.pop(key, None)
        return self._policies.pop(key, None) is not None

    def clear(self) -> None:
        """Let all of them."""
        self._documents.clear()
        self._policies.clear()

    def documents(self) -> Mapping[str, Mapping[str, Any]]:
        """The policies by access key."""
        return dict(self._documents)

    def policy_of(self, principal: str) -> Policy | None:
        """The policy of a principal, by its ARN or its access key; None where it is held to none."""
        return self._policies.get(principal.rpartition("/")[2])

    def principal(self, key: str, account: str) -> str:
        """The ARN of whoever has an access key: a user where it is held to a policy, else the account's root."""
        return f"arn:aws:iam::{account}:" + (USER.format(key) if key in self._policies else "root")

    def answered(self, asked: Asked, answer: Answer) -> None:
        """Tell whoever watches of a call that was answered."""
        if self.watcher is not None:
            self.watcher(asked, needs_of(asked), answer)

    def check(self, key: str, asked: Asked, neighbours: "Neighbours") -> None:
        """Refuse a call that its access key may not make.

        Raises:
            AwsError: AccessDeniedException, or AccessDenied as S3 and IAM have it.
        """
        policy = self._policies.get(key)
        if policy is None:
            return
        for need in needs_of(asked):
            if not policy.allows(need.action, need.resource, {**context_of(need), **tags_of(need, asked, neighbours)}):
                raise _denied(self.principal(key, asked.account), asked.service, need)


def tags_of(need: Need, asked: Asked, neighbours: "Neighbours") -> dict[str, str]:
    """The tags of a key of KMS, by the names that conditions have for them; other things go by their names."""
    if not need.action.startswith("kms:") or ":key/" not in need.resource:
        return {}
    with neighbours.lock:
        backend = neighbours.kms(asked.account, need.region)
        key = backend.keys.get(need.resource.rpartition(":key/")[2])
        tags = backend.tagger.get_tag_dict_for_resource(key.id) if key is not None else {}
    return {f"aws:resourcetag/{name}".lower(): value for name, value in tags.items()}


def _denied(principal: str, service: str, need: Need) -> AwsError:
    """In AWS's words (IAM User Guide, "Troubleshoot access denied error messages")."""
    on = "" if need.resource == "*" else f" on resource: {need.resource}"
    text = (
        f"User: {principal} is not authorized to perform: {need.action}{on} because no identity-based policy allows"
        f" the {need.action} action"
    )
    code = "AccessDenied" if service in {"s3", "iam", "sts"} else "AccessDeniedException"
    return AwsError(code, text, status=400 if service in {"dynamodb", "dynamodbstreams"} else 403)


def key_in(authorization: str) -> str:
    """The access key that a signature names."""
    return authorization.partition("Credential=")[2].partition("/")[0].strip()
