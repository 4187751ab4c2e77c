"""IAM, as far as a drill asks it: SimulatePrincipalPolicy, answered by the same evaluation that calls are held to."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from ...iam.policy import Policy
from ..calls import Answer, Call, Scope
from ..errors import AwsError, invalid, unknown_operation
from ..fleet import Fleet
from ..query import action_in, answered, form_in, refused

NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"


class IamService:
    """IAM's query protocol; of its operations, SimulatePrincipalPolicy."""

    name = "iam"

    def operation(self, call: Call) -> str:
        """The form's Action."""
        return action_in(call)

    def tables(self, call: Call) -> tuple[str, ...]:
        """None: IAM has none."""
        del call
        return ()

    def perform(self, fleet: Fleet, scope: Scope, call: Call) -> Answer:
        """Answer one call.

        Raises:
            AwsError: it is refused.
        """
        form, action = form_in(call), action_in(call)
        if action != "SimulatePrincipalPolicy":
            raise unknown_operation(f"{action or '(none named)'} of IAM")
        source = form.get("PolicySourceArn", "")
        if f":{scope.account}:" not in source or ":user/" not in source:
            raise invalid(f"{source} is not the ARN of a user of this account")
        policy = fleet.rights.policy_of(source)
        results = "".join(_results(form, policy))
        result = f"<IsTruncated>false</IsTruncated><EvaluationResults>{results}</EvaluationResults>"
        return answered(NAMESPACE, action, result)

    def refusal(self, error: AwsError) -> Answer:
        """A refusal as the query protocol writes it."""
        return refused(NAMESPACE, error)


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
