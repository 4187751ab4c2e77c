"""What `dynadrill judge` does: a stored run is judged again, from its evidence alone."""

from pathlib import Path

from .checking.folder import CheckFolder, is_check
from .checking.telling import judge_and_tell
from .output import Output
from .store import open_run, read_record
from .stored import judge_folder


def judge_again(path: Path, output: Output) -> int:
    """Judge the run in a folder, tell what it comes to, and answer its exit code.

    Raises:
        UsageError: there is no run folder, or a file that was asked for cannot be written.
        UnverifiableError: the run's record is half written or of another version.
    """
    output.check()
    if is_check(path):
        return judge_and_tell(CheckFolder(path), output)
    folder = open_run(path)
    record = read_record(folder)
    judgement = judge_folder(folder.path)
    output.judged(judgement, record, folder)
    return judgement.exit_code
