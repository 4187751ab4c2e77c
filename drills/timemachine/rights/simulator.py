"""IAM, as far as a drill asks it: SimulatePrincipalPolicy, answered by the same evaluation that calls are held to."""

from collections.abc import Iterator
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from ...iam.policy import Policy
from ..calls import Answer, Call, Scope
from ..errors import AwsError, invalid, unknown_operation
from ..fleet import Fleet

NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"


class IamService:
    """IAM's query protocol; of its operations, SimulatePrincipalPolicy."""

    name = "iam"

    def operation(self, call: Call) -> str:
        """The form's Action."""
        return _form(call).get("Action", "")

    def tables(self, call: Call) -> tuple[str, ...]:
        """None: IAM has none."""
        del call
        return ()

    def perform(self, fleet: Fleet, scope: Scope, call: Call) -> Answer:
        """Answer one call.

        Raises:
            AwsError: it is refused.
        """
        form = _form(call)
        if form.get("Action") != "SimulatePrincipalPolicy":
            raise unknown_operation(f"{form.get('Action', '(none named)')} of IAM")
        source = form.get("PolicySourceArn", "")
        if f":{scope.account}:" not in source or ":user/" not in source:
            raise invalid(f"{source} is not the ARN of a user of this account")
        policy = fleet.rights.policy_of(source)
        results = "".join(_results(form, policy))
        body = (
            f'<SimulatePrincipalPolicyResponse xmlns="{NAMESPACE}"><SimulatePrincipalPolicyResult>'
            f"<IsTruncated>false</IsTruncated><EvaluationResults>{results}</EvaluationResults>"
            "</SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>"
        )
        return Answer(200, {"Content-Type": "text/xml"}, body.encode())

    def refusal(self, error: AwsError) -> Answer:
        """A refusal as the query protocol writes it."""
        body = (
            f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>Sender</Type><Code>{escape(error.name)}</Code>'
            f"<Message>{escape(error.message)}</Message></Error></ErrorResponse>"
        )
        return Answer(error.status, {"Content-Type": "text/xml"}, body.encode())


def _form(call: Call) -> dict[str, str]:
    return dict(parse_qsl(call.body.decode(errors="replace"), keep_blank_values=True))


def _results(form: dict[str, str], policy: Policy | None) -> Iterator[str]:
    context = {
        name.lower(): form.get(f"ContextEntries.member.{number}.ContextKeyValues.member.1", "")
        for number in range(1, len(form))
        if (name := form.get(f"ContextEntries.member.{number}.ContextKeyName"))
    }
    for action in _listed(form, "ActionNames"):
        for resource in _listed(form, "ResourceArns") or ["*"]:
            allowed = policy is None or policy.allows(action, resource, context)
            yield (
                f"<member><EvalActionName>{escape(action)}</EvalActionName>"
                f"<EvalResourceName>{escape(resource)}</EvalResourceName>"
                f"<EvalDecision>{'allowed' if allowed else 'implicitDeny'}</EvalDecision></member>"
            )


def _listed(form: dict[str, str], name: str) -> list[str]:
    found = ((number, form.get(f"{name}.member.{number}")) for number in range(1, len(form)))
    return [value for _, value in found if value is not None]
