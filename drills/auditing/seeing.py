"""Looking field by field: what cannot be read is noted with the reason, and the rest is read."""

from collections.abc import Callable
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from ..scan import ANSWERED_WRONG

Value = TypeVar("Value")

Clients = Callable[[str, str], Any]
"""A client of a service, by boto3's name for it, in a Region; it can only look."""


class Eyes:
    """Looks, and keeps why something could not be seen."""

    def __init__(self) -> None:
        self.unseen: dict[str, str] = {}

    def see(self, field: str, look: Callable[[], Value]) -> Value | None:
        """What a look answers; None where it was refused, and then `unseen` says why."""
        try:
            return look()
        except ANSWERED_WRONG as error:
            self.unseen[field] = said_by(error)
            return None


def said_by(error: Exception) -> str:
    """Why a call was not answered, without names, ARNs or account ids."""
    if not isinstance(error, ClientError):
        return f"no usable answer ({type(error).__name__})"
    code = error.response.get("Error", {}).get("Code", "an error without a code")
    return f"{error.operation_name} was answered with {code}"
