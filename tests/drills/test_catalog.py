"""The catalog, and files that define one thing."""

import sys
from pathlib import Path

import pytest
from dynadrill.drills.catalog import PACKAGES, Kind, entries, find, load, load_scenario, name_of, names, snake_case
from dynadrill.drills.errors import UsageError

ROOT = Path(__file__).parents[2]
FOLDERS = {
    Kind.SCENARIO: "scenarios",
    Kind.DISASTER: "scenarios/disasters",
    Kind.RECOVERY: "scenarios/recoveries",
    Kind.VALIDATOR: "validators",
    Kind.FIXTURE: "fixtures",
}
GOOD = '''
"""A scenario of one's own."""
from dataclasses import dataclass
from dynadrill.fixtures.orders import Orders
from dynadrill.scenarios.disasters.overwrite import Overwrite
from dynadrill.scenarios.recoveries.nothing import Nothing
from dynadrill.drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from dynadrill.drills.disaster import Disaster
from dynadrill.drills.recovery import Recovery

@dataclass(frozen=True)
class Mine:
    """My story."""
    fixture: Fixture = Orders()
    workload: Workload = Workload()
    disaster: Disaster = Overwrite()
    recovery: Recovery = Nothing()
    objectives: Objectives = Objectives()
    validators: tuple[Validator, ...] = ()
    items: int = 10
    starts_at: float = 0.0
    notice_s: float = 0.0
    decide_s: float = 0.0
    expected: Expected | None = None
'''


def written(folder: Path, text: str) -> str:
    """The path of a scenario file with this text."""
    file = folder / "mine.py"
    file.write_text(text)
    return str(file)


@pytest.mark.parametrize("kind", Kind)
def test_everything_there_is_found(kind: Kind) -> None:
    """Every file of a folder that defines a public dataclass is in the catalog, with a docstring, and can be loaded."""
    files = [file for file in (ROOT / FOLDERS[kind]).glob("[!_]*.py") if "\n@dataclass" in file.read_text()]
    expected = sorted(file.stem for file in files if "\nclass _" not in file.read_text())
    assert expected
    assert names(kind) == expected
    for entry in entries(kind):
        assert entry.summary
        assert type(load(kind, entry.name)).__name__ == entry.class_name


def test_listing_imports_nothing() -> None:
    """Names are read from the files' text: no scenario is imported by listing them."""
    loaded = {
        name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith(f"{PACKAGES[Kind.RECOVERY]}.")
    }
    try:
        assert names(Kind.RECOVERY)
        assert not [name for name in sys.modules if name.startswith(f"{PACKAGES[Kind.RECOVERY]}.")]
    finally:
        sys.modules.update(loaded)


def test_an_unknown_name_gets_the_nearest() -> None:
    """An unknown scenario is refused with the nearest names and all there are."""
    with pytest.raises(UsageError, match="bad_bach_delete") as caught:
        load_scenario("bad_bach_delete")
    assert "Did you mean bad_batch_delete" in caught.value.hint
    assert "bad_overwrite" in caught.value.hint


def test_an_unknown_thing_is_looked_for_in_all_kinds() -> None:
    """`show` finds a thing of any kind by its file's or its class's name, and suggests from all of them."""
    assert [entry.kind for entry in find("nothing_missing")] == [Kind.VALIDATOR]
    assert find("NothingMissing") == find("nothing_missing")
    with pytest.raises(UsageError) as caught:
        find("PointInTme")
    assert "point_in_time" in caught.value.hint


def test_things_know_their_names() -> None:
    """A thing of the catalog is called as its file, one from elsewhere as its class in snake case."""
    assert name_of(load(Kind.RECOVERY, "point_in_time"), Kind.RECOVERY) == "point_in_time"
    assert name_of(Path(), Kind.RECOVERY) == "posix_path"
    assert snake_case("NothingMissing") == "nothing_missing"


def test_a_scenario_of_ones_own(tmp_path: Path) -> None:
    """A file anywhere can be a scenario: it is called as its file, leaves nothing beside it, and has its parts."""
    name, scenario = load_scenario(written(tmp_path, GOOD))
    assert name == "mine"
    assert scenario.items == 10
    assert name_of(scenario.recovery, Kind.RECOVERY) == "nothing"
    assert [file.name for file in tmp_path.iterdir()] == ["mine.py"]


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ("x = (", "is not Python", 1),
        ("a = 1\nb = a.nope\n", "AttributeError", 2),
        ("import sys\nsys.exit(3)\n", "SystemExit", 2),
        ("\nimport no_such_module_at_all\n", "ModuleNotFoundError", 2),
        ("from ..fixtures.orders import Orders\n", "relative import", 1),
        ("x = 1\n", "found none", None),
        (GOOD + GOOD.replace("class Mine", "class Other"), r"found Mine \(line 11\) and Other \(line \d+\)", None),
        (GOOD.replace("frozen=True", ""), "can be changed", 11),
        ("from dataclasses import dataclass\n@dataclass(frozen=True)\nclass A:\n    x: int\n", r"A\(\) fails", 2),
        (GOOD.replace("notice_s: float = 0.0\n", "notified_s: float = 0.0\n"), "has no notice_s", 11),
        (GOOD.replace("Recovery = Nothing()", "Recovery = Overwrite()"), "Mine.recovery is no recovery", 11),
        (GOOD.replace("Fixture = Orders()", "Fixture = Nothing()"), "Mine.fixture is no fixture", 11),
        (GOOD.replace("Workload = Workload()", "Workload = 10"), "workload is no Workload but 10", 11),
        (GOOD.replace("items: int = 10", 'items: int = "ten"'), "items is no number but 'ten'", 11),
        (GOOD.replace("= ()", "= (Nothing(),)"), "Nothing in Mine.validators is no validator", 11),
        (GOOD.replace("= ()", "= Nothing()"), "validators is no tuple", 11),
    ],
)
def test_a_wrong_scenario_file_is_told_by_its_line(text: str, says: str, line: int | None, tmp_path: Path) -> None:
    """A file that is no scenario is refused with what is wrong, where, and what to do."""
    file = written(tmp_path, text)
    with pytest.raises(UsageError, match=says) as caught:
        load_scenario(file)
    assert caught.value.message.startswith(f"{file}:{line}: " if line else file)
    assert caught.value.hint


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A file that is not there, or is a folder, is refused by its path."""
    for path in (tmp_path / "gone.py", tmp_path):
        with pytest.raises(UsageError, match="cannot read"):
            load_scenario(f"{path}/" if path == tmp_path else str(path))


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    """Bytes that are no source are refused, not a defect."""
    file = tmp_path / "mine.py"
    for content in (b"\xff\xfe\x00", b"x = '\x00'"):
        file.write_bytes(content)
        with pytest.raises(UsageError, match=r"mine\.py"):
            load_scenario(str(file))
