"""The configuration as the command line has it."""

import os
from pathlib import Path

import pytest
from dynadrill.drills.cli import main


@pytest.fixture(autouse=True)
def nobodys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder and an environment without a configuration; what the command sets is forgotten."""
    monkeypatch.setattr(os, "environ", {name: value for name, value in os.environ.items() if name[:4] != "DYNA"})
    monkeypatch.chdir(tmp_path)


def test_defaults_stand_in_for_options(capsys: pytest.CaptureFixture[str]) -> None:
    """A target that is left out is the configured one, found by --config as by the folder; an option wins."""
    Path("other.toml").write_text('[defaults]\ntarget = "aws:nowhere"\n')
    assert main(["--config", "other.toml", "run", "bad_overwrite"]) == 64
    assert "'nowhere' is not a region" in capsys.readouterr().err
    Path("dynadrill.toml").write_text('[defaults]\ntarget = "aws:here"\n')
    os.environ.pop("DYNADRILL_CONFIG")
    assert main(["run", "bad_overwrite"]) == 64
    assert "'here' is not a region" in capsys.readouterr().err
    assert main(["run", "bad_overwrite", "--target", "aws:there"]) == 64
    assert "'there' is not a region" in capsys.readouterr().err


def test_a_wrong_configuration_ends_a_command_before_it_begins(capsys: pytest.CaptureFixture[str]) -> None:
    """Bad input: exit code 64, the key, and the nearest one that there is; nothing is made."""
    Path("dynadrill.toml").write_text("[aws]\nregion = ['eu-west-1']\n")
    for command in (["run", "bad_overwrite"], ["sweep"]):
        assert main(command) == 64
        said = capsys.readouterr().err
        assert "there is no key aws.region" in said
        assert "Did you mean aws.regions?" in said
    assert [path.name for path in Path().iterdir()] == ["dynadrill.toml"]


def test_a_configuration_that_is_named_is_read_by_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Also where the command needs none: a misspelt name or key of --config would be found out too late."""
    Path("wrong.toml").write_text("[aws]\nregion = ['eu-west-1']\n")
    for name, fault in (("nowhere.toml", "there is no configuration"), ("wrong.toml", "there is no key aws.region")):
        assert main(["--config", name, "list"]) == 64
        said = capsys.readouterr()
        assert said.out == ""
        assert fault in said.err
