"""What a matrix of drills measured of ways back: an audit says what was measured, by which drill, and nothing else."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import orjson
from pydantic import ValidationError

from ..errors import UsageError
from ..matrix.results import SCHEMA, CellResult, Matrix
from ..verdict import Outcome

CAME_BACK = (Outcome.PASS, Outcome.MISSED)
"""The verdicts of a drill whose table came back right."""


class Measured(NamedTuple):
    """What the drills of one recovery against one kind of disaster came to: the worst of them.

    `failed` names the disasters that it did not bring back; all figures are None where none was brought back.
    """

    rpo_s: float | None = None
    rto_s: float | None = None
    simulated_s: float | None = None
    drills: int = 0
    failed: tuple[str, ...] = ()


NOT_MEASURED = Measured()


def read_matrix(path: Path) -> Matrix:
    """The matrix in a file that `dynadrill matrix --json` wrote.

    Raises:
        UsageError: it is none.
    """
    try:
        found = orjson.loads(path.read_bytes())
        return Matrix.model_validate(found)
    except OSError as error:
        raise UsageError(f"--matrix {path} cannot be read: {error.strerror}", "dynadrill matrix --json FILE") from error
    except (orjson.JSONDecodeError, ValidationError) as error:
        raise UsageError(
            f"--matrix {path} is no matrix: expected the JSON of schema {SCHEMA}",
            "Write one with `dynadrill matrix --json FILE` of this version.",
        ) from error


def measured(matrix: Matrix | None, disasters: Sequence[str], recovery: str) -> Measured:
    """The cells of a recovery against some disasters; nothing where none was drilled."""
    cells = (
        [cell for cell in matrix.cells if cell.recovery == recovery and cell.disaster in disasters] if matrix else []
    )
    back = [cell for cell in cells if cell.verdict in CAME_BACK]
    return Measured(
        rpo_s=_longest([cell.rpo_s for cell in back]),
        rto_s=_longest([cell.rto_s for cell in back]),
        simulated_s=_longest([cell.simulated_s for cell in back]),
        drills=len(cells),
        failed=tuple(sorted(_not_back(cells))),
    )


def _not_back(cells: Sequence[CellResult]) -> list[str]:
    return [cell.disaster for cell in cells if cell.verdict not in CAME_BACK]


def _longest(found: Sequence[float | None]) -> float | None:
    """The worst; None where one of them was not measured, which may be worse."""
    known = [each for each in found if each is not None]
    return max(known) if known and len(known) == len(found) else None
