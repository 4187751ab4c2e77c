"""Names of tables and backups."""

import re

from .errors import unfit

NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}\Z")


def check_name(name: str, member: str) -> str:
    """A table or backup name, if DynamoDB takes it.

    Raises:
        AwsError: it is too short, too long, or has characters that names may not have.
    """
    if not NAME.match(name):
        must = "satisfy regular expression pattern: [a-zA-Z0-9_.-]+, and have length between 3 and 255"
        raise unfit(member, must, name)
    return name
