"""Answers by which a service says that credentials may not do something."""

from botocore.exceptions import ClientError

from .errors import RefusedError

CODES = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"})


def is_denied(error: ClientError) -> bool:
    """Whether an answer says so."""
    return str(error.response.get("Error", {}).get("Code", "")) in CODES


def denied(error: ClientError) -> RefusedError:
    """The same, as an end of what was begun: nothing was touched."""
    said = error.response.get("Error", {}).get("Message", str(error))
    return RefusedError(
        f"{error.operation_name} is not allowed: {said}", "`dynadrill plan` prints the policy that is needed."
    )
