"""StreamSpecification: whether a table's stream is on and what its records show."""

from ..blueprint import Shape
from ..errors import invalid, not_one_of

VIEW_TYPES = ("NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY")


def view_type_of(specification: Shape | None) -> str | None:
    """The view type that is asked for; None for no stream.

    Raises:
        AwsError: the view type is missing, is none, or stands beside a stream that is off.
    """
    wanted = specification or {}
    view_type: str | None = wanted.get("StreamViewType")
    if not wanted.get("StreamEnabled"):
        if view_type is not None:
            raise invalid(
                "One or more parameter values were invalid: StreamViewType cannot be specified when StreamEnabled is "
                "false"
            )
        return None
    if view_type is None:
        raise invalid(
            "One or more parameter values were invalid: StreamViewType is required when StreamEnabled is true"
        )
    if view_type not in VIEW_TYPES:
        raise not_one_of("streamSpecification.streamViewType", view_type, VIEW_TYPES)
    return view_type


def check_switch(table: str, view_type: str | None, *, is_on: bool) -> None:
    """Refuse to switch on a stream that is on, also with another view type, or off one that is off.

    Source: API reference of UpdateTable, StreamSpecification.

    Raises:
        AwsError: ValidationException.
    """
    if view_type is not None and is_on:
        raise invalid(f"Table already has an enabled stream: TableName: {table}")
    if view_type is None and not is_on:
        raise invalid(f"Table has no stream to disable: TableName: {table}")
