"""The shapes of requests, held against botocore's model of the service: raw clients may send anything."""

from collections.abc import Iterator
from functools import cache
from typing import Any

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
    """Refuse a request whose members are missing, unknown, or of the wrong type, length or enumeration.

    Raises:
        AwsError: ValidationException, naming every member that is wrong.
    """
    shape = model_of(service).operation_model(operation).input_shape
    if shape is None:
        return
    report = shape_errors(shape, members)
    if report:
        raise invalid(f"the request does not have the shape of {operation}: {report}")
    # botocore's client leaves enumerations to the service.
    outside = list(_outside_enumerations(shape, members, ()))
    if outside:
        count = "1 validation error" if len(outside) == 1 else f"{len(outside)} validation errors"
        raise invalid(f"{count} detected: {'; '.join(outside)}")


def shape_errors(shape: StructureShape, members: Shape) -> str:
    """What is missing, unknown, or of the wrong type or length; empty where nothing is."""
    try:
        errors = ParamValidator().validate(members, shape)
    except (RuntimeError, OverflowError) as error:
        # botocore raises these for a timestamp that is no date.
        return str(error)
    return str(errors.generate_report()) if errors.has_errors() else ""


def _outside_enumerations(shape: Any, value: Any, path: tuple[str, ...]) -> Iterator[str]:
    match shape.type_name:
        case "structure":
            for name, member in value.items():
                if member is not None:
                    yield from _outside_enumerations(shape.members[name], member, (*path, name[:1].lower() + name[1:]))
        case "list":
            for number, member in enumerate(value, 1):
                yield from _outside_enumerations(shape.member, member, (*path, str(number), "member"))
        case "map":
            for key, member in value.items():
                yield from _outside_enumerations(shape.value, member, (*path, key, "member"))
        case "string" if shape.enum and value not in shape.enum:
            yield (
                f"Value '{value}' at '{'.'.join(path)}' failed to satisfy constraint: Member must satisfy enum value "
                f"set: [{', '.join(shape.enum)}]"
            )
