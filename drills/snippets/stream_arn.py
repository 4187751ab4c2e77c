"""The ARN of a table's stream, taken apart and put together again."""

import re
from typing import NamedTuple

from ..errors import UsageError

FORM = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):dynamodb:(?P<region>[a-z]{2}(-[a-z]+)+-\d+):(?P<account>\d{12})"
    r":table/(?P<table>[a-zA-Z0-9_.-]{3,255})/stream/(?P<label>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})"
)


class StreamArn(NamedTuple):
    """The parts of a stream's ARN; `label` is when the stream was switched on (API reference, StreamSpecification)."""

    partition: str
    region: str
    account: str
    table: str
    label: str

    @classmethod
    def parse(cls, text: str) -> "StreamArn":
        """Take an ARN apart.

        Raises:
            UsageError: it is not the ARN of a stream.
        """
        if (found := FORM.fullmatch(text)) is None:
            raise UsageError(
                f"{text!r} is not the ARN of a stream",
                "Write arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL, as DescribeTable answers it in "
                "LatestStreamArn; the label is a time such as 2024-01-17T15:02:41.471.",
            )
        return cls(*(found[name] for name in cls._fields))

    def __str__(self) -> str:
        place = f"arn:{self.partition}:dynamodb:{self.region}:{self.account}"
        return f"{place}:table/{self.table}/stream/{self.label}"
