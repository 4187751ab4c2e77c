"""What `dynadrill restore-check` and judging one again do at their end: say it, and write it down."""

from ..output import Output, shown_path
from ..store import write_atomically
from ..terminal import screen_of
from .folder import CheckFolder
from .judging import judge_check
from .report import junit, one_line, render


def judge_and_tell(folder: CheckFolder, output: Output) -> int:
    """Judge a check from its folder, tell what it comes to, and answer its exit code.

    Raises:
        UnverifiableError: there is no whole record in the folder.
    """
    verdict = judge_check(folder)
    shown = shown_path(folder.path)
    write_atomically(folder.report, render(verdict, shown))
    write_atomically(folder.junit, junit(verdict))
    screen = screen_of(output.stream)
    output.document(
        one_line(verdict) if output.quiet else render(verdict, shown, screen), verdict.to_json(), junit(verdict)
    )
    return verdict.exit_code
