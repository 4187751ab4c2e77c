"""The files of a person's invariants: named by a scenario or on the command line, kept in the run folder."""

from collections.abc import Sequence
from pathlib import Path

from .errors import UsageError
from .invariants.invariant import Invariant, read_invariant
from .scenario import Scenario
from .store import RunFolder, write_atomically

OWN = "own_invariants"
"""The validator that holds them; its `files` are a scenario's own."""


def read_invariants(scenario: Scenario, named_as: str, asked: Sequence[str]) -> tuple[Invariant, ...]:
    """The invariants of a scenario and those that were asked for beside, each by a name of its own.

    Args:
        scenario: whose `OwnInvariants` may name files: from the scenario's own folder where it is a file.
        named_as: the scenario, as it was asked for: a name or a file.
        asked: paths from the command line.

    Raises:
        UsageError: one cannot be read or used, or two files have one name.
    """
    folder = Path(named_as).parent if named_as.endswith(".py") else Path()
    paths = [folder / file for validator in scenario.validators for file in getattr(validator, "files", ())]
    paths += [Path(file) for file in asked]
    found = [read_invariant(path) for path in dict.fromkeys(paths)]
    names = [invariant.name for invariant in found]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"two invariants are called {name}", "Rename one: a run keeps them by their names.")
    return tuple(found)


def keep_invariants(folder: RunFolder, invariants: Sequence[Invariant]) -> None:
    """Copy them into the run folder, so that the run can be judged again whatever becomes of the files."""
    for invariant in invariants:
        path = folder.invariant(invariant.name)
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, invariant.source or "")
