"""The commands, one a file: each reads its options and answers an action, which `cli.main` then does.

HEAVY: what a command needs is imported when it is done, so that `--help` and completion do not wait for boto3, pyarrow
and pydantic.
"""

from collections.abc import Callable
from typing import TypeAlias

Action: TypeAlias = Callable[[], int]
"""What a command does; answers its exit code."""
