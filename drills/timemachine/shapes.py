"""The shapes of requests, held against botocore's model of the service: raw clients may send anything."""

from functools import cache

from botocore.loaders import Loader
from botocore.model import ServiceModel, StructureShape
from botocore.validate import ParamValidator

from .blueprint import Shape
from .errors import invalid


@cache
def model_of(service: str) -> ServiceModel:
    """Botocore's model of a service.

    Read when the first request needs it, not when the module is imported: it is a large file.
    """
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def check_shape(operation: str, members: Shape, service: str = "dynamodb") -> None:
    """Refuse a request whose members are missing, unknown, or of the wrong type or length.

    Raises:
        AwsError: ValidationException, naming every member that is wrong.
    """
    shape = model_of(service).operation_model(operation).input_shape
    report = shape_errors(shape, members) if shape is not None else ""
    if report:
        raise invalid(f"the request does not have the shape of {operation}: {report}")


def shape_errors(shape: StructureShape, members: Shape) -> str:
    """What is missing, unknown, or of the wrong type or length; empty where nothing is."""
    try:
        errors = ParamValidator().validate(members, shape)
    except (RuntimeError, OverflowError) as error:
        # botocore raises these for a timestamp that is no date.
        return str(error)
    return str(errors.generate_report()) if errors.has_errors() else ""
