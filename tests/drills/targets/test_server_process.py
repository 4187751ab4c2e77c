"""The server of the embedded target as a child process, and what is said when it does not come up."""

import os
from pathlib import Path

import pytest
from dynadrill.drills.errors import DrillError
from dynadrill.drills.targets import server_process
from dynadrill.drills.targets.server_process import ServerProcess

KEEPS_ON = "import sys, time; print('{\"port\": 7}', flush=True); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + KEEPS_ON


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module to be run in the server's stead; a test writes what it does."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "pretended_server.py"


def start(module: Path, code: str) -> ServerProcess:
    """Start what a test wrote."""
    module.write_text(code)
    return ServerProcess(module.with_name("clock"), 7, module.with_name("errors.log"), module.stem)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import sys; sys.exit('no such clock')", "ended with exit code 1 before it was ready"),
        ("import sys; print('half a li', end=''); sys.exit(64)", "ended with exit code 64"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended by SIGKILL"),
        ("print('hello', flush=True)", "said b'hello"),
        ("print('[1]', flush=True)", "said b'\\[1\\]"),
    ],
)
def test_a_server_that_does_not_start_says_why(module: Path, code: str, said: str) -> None:
    """A server that dies, or says something else than its port, is an error with its own last words in it."""
    with pytest.raises(DrillError, match=said) as caught:
        start(module, f"import sys; print('last words', file=sys.stderr); {code}")
    assert "last words" in str(caught.value)
    assert caught.value.hint


def test_a_server_that_says_nothing_is_not_waited_for(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the limit a silent server is an error, and is ended."""
    monkeypatch.setattr(server_process, "READY_WITHIN_S", 0.3)
    pids = module.with_name("pid")
    with pytest.raises(DrillError, match="within"):
        start(module, f"import os, time; open({str(pids)!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    if pids.exists():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pids.read_text()), 0)


@pytest.mark.parametrize("code", [KEEPS_ON, STUBBORN])
def test_close_ends_it_kindly_or_not(module: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After close the process is gone, even one that does not listen; an empty log is taken away; twice is no fault."""
    monkeypatch.setattr(server_process, "END_WITHIN_S", 0.3)
    server = start(module, code)
    assert (server.port, server.lives()) == (7, True)
    server.close()
    server.close()
    assert not server.lives()
    with pytest.raises(ProcessLookupError):
        os.kill(server.process_id, 0)
    assert not module.with_name("errors.log").exists()


def test_it_has_a_session_of_its_own_and_nothing_of_the_users_account(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal's CTRL+C does not reach it, and no profile of the user's trips it up; it is told who its parent is."""
    monkeypatch.setenv("AWS_PROFILE", "nobody-has-this-profile")
    seen = module.with_name("seen")
    server = start(
        module,
        f"import os, sys; open({str(seen)!r}, 'w').write(repr((sys.argv[1:], 'AWS_PROFILE' in os.environ)));"
        + KEEPS_ON,
    )
    assert os.getsid(server.process_id) == server.process_id
    clock = str(module.with_name("clock"))
    options = ["--port", "0", "--clock-file", clock, "--seed", "7", "--parent", str(os.getpid())]
    assert seen.read_text() == repr((options, False))
    server.close()
