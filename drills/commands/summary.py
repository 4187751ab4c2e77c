"""`dynadrill summary`."""

import sys
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from . import Action

EXIT_CODES = "Exit codes: that of the run (the worst of several), 2 where a run has no verdict, 64 wrong usage."

Runs: TypeAlias = Annotated[
    list[Path], typer.Argument(metavar="RUN…", help="Run folders; runs/SCENARIO/latest is the newest.")
]
Format: TypeAlias = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="text|markdown|github",
        help="github: annotations, as workflow commands of GitHub Actions.",
    ),
]


def summary(runs: Runs, output_format: Format = "text") -> Action:
    """Say in a few lines what runs came to, from their verdict.json: for the page of a CI job.

    dynadrill summary runs/bad_batch_delete/latest
    dynadrill summary RUN --format markdown >> "$GITHUB_STEP_SUMMARY"
    """

    def action() -> int:
        from ..ci_pages import annotations, markdown  # noqa: PLC0415 -- see HEAVY
        from ..errors import UsageError  # noqa: PLC0415
        from ..essentials import in_plain, read_essentials  # noqa: PLC0415
        from ..store import RunFolder  # noqa: PLC0415
        from ..terminal import say  # noqa: PLC0415
        from ..verdict import worst_code  # noqa: PLC0415

        shown = {"text": in_plain, "markdown": markdown, "github": annotations}
        if output_format not in shown:
            raise UsageError(f"--format {output_format!r} is no format", f"Write one of {', '.join(shown)}.")
        found = [read_essentials(RunFolder(run).verdict_json) for run in runs]
        for each in found:
            say(shown[output_format](each), sys.stdout)
        return worst_code(each.exit_code for each in found)

    return action
