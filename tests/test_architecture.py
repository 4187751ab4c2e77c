"""The rooms and who may look into which: read from every file that is there, so that new ones are held to it too."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("drills", "fixtures", "scenarios", "validators")

MAY_IMPORT = {
    "drills": {"drills"},
    "fixtures": {"drills", "fixtures"},
    "scenarios": {"drills", "fixtures", "validators", "scenarios"},
    "validators": {"drills", "validators"},
}

PURE = {
    "beside", "books", "claims", "clock", "cut", "defects", "diff", "disaster", "errors", "evidence", "figures",
    "garbage", "history", "index_snapshot", "indexes", "invariants", "json_model", "judge", "judgement", "latency",
    "ledger", "lines", "loss", "marked_keys", "marks", "overlay", "parity", "performed", "planted",
    "promise", "quantities", "recorder", "recovery", "region_sets", "restore_points", "runrecord", "scenario",
    "settings", "snapshot", "tables", "target", "timeline", "typed", "values", "verdict", "version",
}  # fmt: skip
"""The modules of drills/ that only think: no target, no load, no process, no clock of their own."""

PURE_INSIDE = {
    "auditing.audit", "auditing.copy_rules", "auditing.facts", "auditing.measured", "auditing.metrics",
    "auditing.neighbour_rules", "auditing.rule", "auditing.sarif", "auditing.table_rules", "auditing.way_rules",
    "auditing.ways", "costs.agreement", "costs.estimate", "costs.prices", "costs.spent", "iam.asked", "iam.dynamodb",
    "iam.needs", "iam.neighbours", "iam.policy", "iam.writing", "matrix.results",
    "snapshots.about", "snapshots.columns", "snapshots.source",
}  # fmt: skip
"""Modules of the rooms inside drills/ that only think, too."""

SEEN_BY_VALIDATORS = {
    "claims", "cut", "diff", "evidence", "history", "index_snapshot", "indexes", "invariants", "ledger", "loss",
    "parity", "promise", "runrecord", "scenario", "settings",
    "snapshot", "timeline", "values", "verdict",
}  # fmt: skip

SEEN_BY_RECOVERIES = {
    "backups", "changes", "costs", "disaster", "errors", "marks", "performed", "promise", "recovery", "region_sets",
    "restore_points", "settings", "table_settings", "table_shape", "tables", "target", "values",
}  # fmt: skip
"""What a recovery may know of the machine: nothing that leads to the history or the ledger."""

WALL_CLOCK = {
    ("time", "time"), ("time", "time_ns"), ("time", "monotonic"), ("time", "sleep"), ("time", "perf_counter"),
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"),
}  # fmt: skip


def python_files(*folders: str) -> list[Path]:
    """Every Python file below some folders of the project."""
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def names(files: list[Path]) -> list[str]:
    """What pytest calls the files."""
    return [str(file.relative_to(ROOT)) for file in files]


def each(*folders: str) -> pytest.MarkDecorator:
    """One test per Python file below some folders."""
    files = python_files(*folders)
    return pytest.mark.parametrize("file", files, ids=names(files))


def imports(file: Path) -> Iterator[tuple[str, list[str]]]:
    """What a file imports: modules as paths from the project's root (`drills.history`) or by name, and the names."""
    package = file.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, node.module] if node.module else base)
            yield module, [alias.name for alias in node.names]
            yield from ((found, []) for alias in node.names if is_module(found := f"{module}.{alias.name}"))


def is_module(name: str) -> bool:
    """Whether a dotted name is a module of this project: `from ..drills import history` imports one."""
    path = ROOT.joinpath(*own(name).split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def own(module: str) -> str:
    """A module of this project as a path from its root; a foreign one as it is."""
    return module.removeprefix("dynadrill.")


def test_every_room_has_files() -> None:
    """The walk that the other tests stand on finds files in each room: an empty walk would prove nothing."""
    assert all(len(python_files(room)) > 3 for room in ROOMS)


@each(*ROOMS)
def test_a_room_imports_only_the_rooms_it_may(file: Path) -> None:
    """drills/ imports no scenario, fixture or validator; validators and fixtures import drills only."""
    room = file.relative_to(ROOT).parts[0]
    imported = {own(module).partition(".")[0] for module, _ in imports(file)}
    assert imported & set(ROOMS) <= MAY_IMPORT[room]


@each("validators")
def test_a_validator_only_thinks(file: Path) -> None:
    """Validators import the pure part of drills only: no target, clock, boto3 or random."""
    for module, _ in imports(file):
        if own(module).startswith("drills."):
            assert own(module).split(".")[1] in SEEN_BY_VALIDATORS, f"{module} is not for validators"
        assert own(module).partition(".")[0] not in {"boto3", "botocore", "random", "time", "datetime", "moto"}


@pytest.mark.parametrize("name", sorted(PURE | {name.replace(".", "/") for name in PURE_INSIDE}))
def test_the_pure_part_stays_pure(name: str) -> None:
    """A module of the pure part imports only the pure part, and no client, clock, process or randomness."""
    folder = ROOT / "drills" / name
    files = python_files(f"drills/{name}") if folder.is_dir() else [folder.with_suffix(".py")]
    banned = {
        "boto3",
        "botocore",
        "moto",
        "locust",
        "subprocess",
        "random",
        "time",
        "threading",
        "socket",
        "rich",
        "typer",
    }
    for file in files:
        typing_only = _names_imported_for_types(file)
        for module, imported in imports(file):
            if own(module).startswith("drills."):
                _, *parts = own(module).split(".")
                pure = parts[0] in PURE or ".".join(parts[:2]) in PURE_INSIDE
                assert pure, f"{name} imports {module}"
            if own(module).partition(".")[0] in banned:
                assert set(imported) <= typing_only | ALLOWED_NAMES.get(name, set()), f"{name} imports {module}"


ALLOWED_NAMES = {"disaster": {"Random"}}
"""A disaster is handed its randomness: the type has to be named."""


def _names_imported_for_types(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            found |= {a.name for n in ast.walk(node) if isinstance(n, ast.ImportFrom) for a in n.names}
    return found


@each("drills/backups")
def test_what_recoveries_share_may_not_see_the_oracle_either(file: Path) -> None:
    """What recoveries have in common sees of the machine what they see themselves."""
    for module, _ in imports(file):
        parts = own(module).split(".")
        if parts[0] == "drills" and len(parts) > 1:
            assert parts[1] in {*SEEN_BY_RECOVERIES, "clock", "exports"}, f"{file.name} sees {module}"


@each("scenarios/recoveries")
def test_a_recovery_may_not_see_the_oracle(file: Path) -> None:
    """A recovery has what an SRE has: the marks' names, but no history, no file, and no way around what it is given."""
    for module, _ in imports(file):
        parts = own(module).split(".")
        if parts[0] == "drills" and len(parts) > 1:
            assert parts[1] in SEEN_BY_RECOVERIES, f"{file.name} sees {module}"
        assert parts[0] not in {"os", "io", "pathlib", "importlib", "inspect", "gc", "sys"}, f"{file.name}: {module}"
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) != "self":
            assert not node.attr.startswith("_"), f"{file.name}:{node.lineno} reaches for {node.attr}"
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in {"open", "getattr", "vars", "eval", "exec", "__import__"}


@each("drills/changes")
def test_what_recoveries_share_sees_no_more_than_they_do(file: Path) -> None:
    """The room of changes leads no recovery to the history: it imports what recoveries may, clocks and itself."""
    for module, _ in imports(file):
        parts = own(module).split(".")
        if parts[0] == "drills" and len(parts) > 1:
            assert parts[1] in SEEN_BY_RECOVERIES | {"clock"}, f"{file.name} sees {module}"


@each(*ROOMS)
def test_only_targets_make_clients(file: Path) -> None:
    """boto3 clients are made in drills/targets/ only, where the guard is: no scenario can forget it."""
    if file.is_relative_to(ROOT / "drills" / "targets"):
        return
    assert "boto3" not in {own(module).partition(".")[0] for module, _ in imports(file)}
    called = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    makers = {"create_client", "Session", "get_session"}
    assert not [c for c in called if ast.unparse(c.func).rpartition(".")[2] in makers]


MEASURES_REAL_SECONDS = {
    "drills/timemachine/server.py",
    "drills/load/perform.py",
    "drills/load/locust_user.py",
    "drills/load/process.py",
    "drills/load/controller.py",
}
"""Files beside targets/ and commands/ that may know real seconds: how long a process or an answer takes, never when."""


@each(*ROOMS)
def test_only_targets_and_the_command_line_know_what_time_it_is(file: Path) -> None:
    """Elsewhere time is handed in: a wall clock or a sleep outside targets/ and commands/ would be another clock."""
    place = str(file.relative_to(ROOT))
    if place.startswith(("drills/targets/", "drills/commands/")) or place in MEASURES_REAL_SECONDS:
        return
    from_time = {name for module, imported in imports(file) if module == "time" for name in imported}
    assert not from_time & {name for module, name in WALL_CLOCK if module == "time"}, f"{place} imports {from_time}"
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Attribute):
            base = ast.unparse(node.value).rpartition(".")[2]
            assert (base, node.attr) not in WALL_CLOCK, f"{place}:{node.lineno} reads {base}.{node.attr}"


@each(*ROOMS)
def test_randomness_is_handed_in(file: Path) -> None:
    """The global random generator is used nowhere but in targets/ and commands/: the same seed gives the same drill."""
    place = str(file.relative_to(ROOT))
    if place.startswith(("drills/targets/", "drills/commands/")):
        return
    for module, imported in imports(file):
        if module == "random":
            assert imported == ["Random"], f"{place} imports random's {imported or 'module'}"
        assert module != "secrets", f"{place} imports secrets"


@each("scenarios", "validators", "fixtures")
def test_one_thing_is_one_small_frozen_dataclass(file: Path) -> None:
    """A file of the catalog has at most one public dataclass, frozen, with a docstring and no base class."""
    classes = [n for n in ast.parse(file.read_text()).body if isinstance(n, ast.ClassDef) and n.name[0] != "_"]
    things = [c for c in classes if any("dataclass" in ast.unparse(d) for d in c.decorator_list)]
    assert len(things) <= 1
    for thing in things:
        assert any("frozen=True" in ast.unparse(decorator) for decorator in thing.decorator_list)
        assert not thing.bases
        assert ast.get_docstring(thing)


@each(*ROOMS)
def test_files_fit_in_the_head(file: Path) -> None:
    """No file is longer than 300 lines."""
    assert len(file.read_text().splitlines()) <= 300


@each(*ROOMS)
def test_every_module_says_what_it_is(file: Path) -> None:
    """Every module begins with a docstring."""
    assert ast.get_docstring(ast.parse(file.read_text()))


@each(*ROOMS)
def test_imports_inside_the_package_are_relative(file: Path) -> None:
    """No file of the package names itself `dynadrill`: the folders can be installed under it as they are."""
    assert not [module for module, _ in imports(file) if module.partition(".")[0] == "dynadrill"]


def test_nothing_stands_at_the_root() -> None:
    """No Python file and no conftest lies beside the folders."""
    assert not list(ROOT.glob("*.py"))


@each("tests")
def test_every_test_states_its_claim(file: Path) -> None:
    """Every test has a docstring, and asserts something or expects an error."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            assert ast.get_docstring(node), f"{file.name}:{node.lineno} {node.name} does not say what it claims"


def test_every_package_is_installed() -> None:
    """pyproject.toml names every folder that has an __init__.py: a forgotten one would be missing from the wheel."""
    text = (ROOT / "pyproject.toml").read_text()
    packages = {".".join(f.parent.relative_to(ROOT).parts) for f in python_files(*ROOMS) if f.name == "__init__.py"}
    assert packages
    assert not [package for package in packages if f'"dynadrill.{package}"' not in text]
