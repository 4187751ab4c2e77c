"""The configuration: where it is found, what it may say, and what is told where it says something else."""

from pathlib import Path

import pytest
from dynadrill.drills.config.model import Config
from dynadrill.drills.config.reading import read_config
from dynadrill.drills.errors import UsageError

ALL = """
[aws]
allow = true
accounts = ["111111111111", "222222222222"]
regions = ["eu-west-1"]
spend_limit_usd = 5

[names]
prefix = "team1"

[tags]
team = "storage"

[defaults]
target = "aws:eu-west-1"
out = "drills"
"""


def written(folder: Path, text: str) -> Path:
    """A configuration where a person stands."""
    (folder / "dynadrill.toml").write_text(text)
    return folder


def test_every_key_is_read(tmp_path: Path) -> None:
    """Each key of the file is there as it was written."""
    found = read_config({}, written(tmp_path, ALL))
    assert found.aws.model_dump() == {
        "allow": True, "accounts": ("111111111111", "222222222222"), "regions": ("eu-west-1",), "spend_limit_usd": 5.0,
    }  # fmt: skip
    assert (found.names.prefix, found.tags, found.defaults.target) == ("team1", {"team": "storage"}, "aws:eu-west-1")
    assert found.defaults.out == Path("drills")


def test_the_variable_names_another_file_and_none_is_none(tmp_path: Path) -> None:
    """DYNADRILL_CONFIG wins over the folder; without either nothing is configured; a named file has to be there."""
    assert read_config({}, tmp_path) == Config()
    other = tmp_path / "other.toml"
    other.write_text('[names]\nprefix = "x"\n')
    written(tmp_path, ALL)
    assert read_config({"DYNADRILL_CONFIG": str(other)}, tmp_path).names.prefix == "x"
    with pytest.raises(UsageError, match="there is no configuration"):
        read_config({"DYNADRILL_CONFIG": str(tmp_path / "missing.toml")}, tmp_path)


@pytest.mark.parametrize(
    ("text", "found", "hint"),
    [
        ('[aws]\nacounts = ["111111111111"]', "no key aws.acounts", "Did you mean aws.accounts?"),
        ("[asw]\nallow = true", "no key asw", "Did you mean aws?"),
        ("[defaults]\nzzz = 1", "no key defaults.zzz", "There are target, out."),
        ('[aws]\naccounts = ["1234"]', "aws.accounts.0 is '1234'", "configuration.md"),
        ('[aws]\nregions = ["Ireland"]', "aws.regions.0", "configuration.md"),
        ('[tags]\n"dynadrill:run" = "x"', "are taken", "configuration.md"),
        ('[names]\nprefix = "deadbeef"', "taken for a run", "configuration.md"),
        ('[names]\nprefix = "Team One"', "names.prefix", "configuration.md"),
        ("[aws\n", "is no TOML", "configuration.md"),
    ],
)
def test_what_means_nothing_is_an_error(tmp_path: Path, text: str, found: str, hint: str) -> None:
    """A misspelt key names the nearest, a wrong value its place: neither is ever silence."""
    with pytest.raises(UsageError) as caught:
        read_config({}, written(tmp_path, text))
    assert found in caught.value.message
    assert hint in caught.value.hint


def test_the_page_shows_every_key(tmp_path: Path) -> None:
    """The example in docs/configuration.md is read as it stands, and has each key of each part."""
    page = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text()
    shown = page.partition("```toml\n")[2].partition("```")[0]
    found = read_config({}, written(tmp_path, shown))
    for part in ("aws", "names", "defaults"):
        assert getattr(found, part).model_fields_set == set(type(getattr(found, part)).model_fields)
    assert found.tags
