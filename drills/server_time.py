"""What time it is where an answer comes from: this machine's clock may be another's."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any


def server_time(answer: Mapping[str, Any]) -> float | None:
    """The instant of an answer by its own `Date` header, epoch seconds, to the second; None where it has none."""
    date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    return parsedate_to_datetime(date).timestamp() if date else None
