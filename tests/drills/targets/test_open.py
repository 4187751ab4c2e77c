"""A target is opened by its name."""

from pathlib import Path
from typing import Literal

import pytest
from dynadrill.drills.errors import UsageError
from dynadrill.drills.target import Target, TargetKind
from dynadrill.drills.targets.open import open_target


def opened(name: str, folder: Path, pace: Literal["real", "virtual"] = "virtual") -> Target:
    """The target of a name."""
    return open_target(name, run_id="r1", folder=folder, pace=pace, starts_at=1000.0, seed=7, on_jump=lambda *_: None)


@pytest.mark.parametrize("name", ["", "embeded", "127.0.0.1:8000", "aws", "HTTP//x", "file:///etc", "aws :x"])
def test_what_is_no_target_is_told_the_three_forms(tmp_path: Path, name: str) -> None:
    """A wrong name is exit code 64 and shows all three forms."""
    with pytest.raises(UsageError) as caught:
        opened(name, tmp_path / "run")
    assert caught.value.exit_code == 64
    assert all(form in caught.value.hint for form in ("embedded", "http://", "aws:"))


def test_each_form_opens_its_target(moto_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The three forms are the three targets, in a run folder that need not exist yet."""
    monkeypatch.setenv("DYNADRILL_ALLOW_AWS", "1")
    monkeypatch.setattr("dynadrill.drills.targets.aws.check_lists", lambda *_: None)
    monkeypatch.setattr("dynadrill.drills.targets.access.Access.keep_books", lambda *_: None)
    names = {"embedded": TargetKind.EMBEDDED, moto_server: TargetKind.ENDPOINT, "aws:eu-west-1": TargetKind.AWS}
    for number, (name, kind) in enumerate(names.items()):
        target = opened(name, tmp_path / str(number))
        assert (target.kind, target.name) == (kind, name)
        target.close()
