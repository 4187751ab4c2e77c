"""The shapes of requests, held against botocore's model of the service: raw clients may send anything."""

from functools import cache

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from .blueprint import Shape
from .errors import invalid


@cache
def _model(service: str) -> ServiceModel:
    """Read when the first request needs it, not when the module is imported: it is a large file."""
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def check_shape(operation: str, members: Shape, service: str = "dynamodb") -> None:
    """Refuse a request whose members are missing, unknown, or of the wrong type or length.

    Raises:
        AwsError: ValidationException, naming every member that is wrong.
    """
    shape = _model(service).operation_model(operation).input_shape
    if shape is None:
        return
    try:
        errors = ParamValidator().validate(members, shape)
    except (RuntimeError, OverflowError) as error:
        # botocore raises these for a timestamp that is no date.
        raise invalid(f"the request does not have the shape of {operation}: {error}") from None
    if errors.has_errors():
        raise invalid(f"the request does not have the shape of {operation}: {errors.generate_report()}")
