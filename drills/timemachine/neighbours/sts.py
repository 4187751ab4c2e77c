"""STS, as far as a recovery asks: who one is, and the keys of another account's role.

An access key of twelve digits is an account's number here, so that the keys which AssumeRole gives need no memory.
"""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from ..calls import Answer, Call, Scope, credential_of
from ..errors import AwsError, invalid, unknown_operation
from ..fleet import Fleet
from ..query import action_in, answered, form_in, refused
from ..rights.rights import key_in
from ..windows import iso

ROLE_ARN = re.compile(r"arn:[^:]+:iam::(\d{12}):role/(?:.*/)?([\w+=,.@-]+)\Z")
HOUR_S = 3600
NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


class StsService:
    """GetCallerIdentity and AssumeRole; any role of any account can be assumed."""

    name = "sts"

    def operation(self, call: Call) -> str:
        """The form's Action."""
        return action_in(call)

    def tables(self, call: Call) -> tuple[str, ...]:
        """None: STS has none."""
        del call
        return ()

    def perform(self, fleet: Fleet, scope: Scope, call: Call) -> Answer:
        """Answer one call."""
        form, action = form_in(call), action_in(call)
        if action == "GetCallerIdentity":
            arn = fleet.rights.principal(key_in(credential_of(call)), scope.account)
            result = f"<Arn>{arn}</Arn><UserId>{scope.account}</UserId><Account>{scope.account}</Account>"
        elif action == "AssumeRole":
            result = _assumed(form, fleet.journal.now())
        else:
            raise unknown_operation(f"{action or '(none named)'} of STS")
        return answered(NAMESPACE, action, result)

    def refusal(self, error: AwsError) -> Answer:
        """A refusal as the query protocol writes it."""
        return refused(NAMESPACE, error)


def _assumed(form: Mapping[str, str], now: float) -> str:
    found = ROLE_ARN.match(form.get("RoleArn", ""))
    if found is None:
        raise invalid(f"{form.get('RoleArn', '')} is not the ARN of a role")
    account, role = found.groups()
    session = escape(form.get("RoleSessionName", ""))
    try:
        ends_at = now + int(form.get("DurationSeconds", HOUR_S))
    except ValueError:
        raise invalid(f"DurationSeconds must be a number, but is {form['DurationSeconds']}") from None
    return (
        f"<Credentials><AccessKeyId>{account}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"
        f"<SessionToken>token</SessionToken><Expiration>{iso(ends_at)}</Expiration></Credentials>"
        f"<AssumedRoleUser><AssumedRoleId>AROA{account}:{session}</AssumedRoleId>"
        f"<Arn>arn:aws:sts::{account}:assumed-role/{role}/{session}</Arn></AssumedRoleUser>"
    )
