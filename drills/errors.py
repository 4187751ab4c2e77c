"""Exceptions: what went wrong, what was expected, what to do, and the exit code that says which kind it was.

A finding about a table is data (a verdict); an exception says that the drill itself could not go on.
"""

from typing import ClassVar

from .verdict import ExitCode


class DrillError(Exception):
    """The base of every error that dynadrill raises on purpose.

    Args:
        message: what was found and what was expected; lowercase first letter, no full stop.
        hint: what to do about it, a whole sentence; may be empty.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.DEFECT

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class UsageError(DrillError):
    """The command, an option or a file it names is wrong; nothing was touched."""

    exit_code = ExitCode.USAGE


class UnsupportedError(DrillError):
    """The target has no API for what the scenario needs; nothing was struck."""

    exit_code = ExitCode.UNSUPPORTED


class RefusedError(DrillError):
    """Going on would touch something that this run did not create."""

    exit_code = ExitCode.REFUSED


class UnverifiableError(DrillError):
    """Something that judging needs could not be seen: an endpoint gone, a snapshot cut short, a load that died."""

    exit_code = ExitCode.UNKNOWN


class BudgetError(UnverifiableError):
    """What somebody agreed to spend is used up; nobody goes on, whatever else they can do without."""


class GateError(UnverifiableError):
    """The table was not what the ledger says before anything was struck."""


class RecoveryFailedError(DrillError):
    """The recovery did not complete: protection was off, a restore was refused or did not end in time."""

    exit_code = ExitCode.FAIL
