"""The refusals of AWS Backup, by the names of its service model; all of them have status 400."""

from ..errors import AwsError
from ..rest import Refusals

BY_SHAPE = Refusals(
    missing="MissingParameterValueException",
    invalid="InvalidParameterValueException",
    not_implemented="InvalidRequestException",
)


def not_found(what: str) -> AwsError:
    """A vault, recovery point, job or plan is not there."""
    return AwsError("ResourceNotFoundException", f"{what} does not exist in this account and Region")


def invalid_value(message: str) -> AwsError:
    """A member's value is out of range or does not fit the others."""
    return AwsError("InvalidParameterValueException", message)


def missing_value(member: str) -> AwsError:
    """A member that is needed here is missing."""
    return AwsError("MissingParameterValueException", f"{member} is missing")


def invalid_request(message: str) -> AwsError:
    """What is asked for cannot be done with what is there."""
    return AwsError("InvalidRequestException", message)


def already_exists(message: str) -> AwsError:
    """A name is taken."""
    return AwsError("AlreadyExistsException", message)


def busy(message: str) -> AwsError:
    """A recovery point is in use by a job that still runs."""
    return AwsError("InvalidResourceStateException", message)


def limit_exceeded(message: str) -> AwsError:
    """One more than an account may have."""
    return AwsError("LimitExceededException", message)


def not_implemented(what: str) -> AwsError:
    """AWS Backup has it and this machine does not."""
    return invalid_request(f"{what} is not implemented by the dynadrill time machine")
