"""What the documents say is there."""

import re
from pathlib import Path

import pytest
from dynadrill.drills.catalog import Kind, names
from dynadrill.drills.cli import main
from dynadrill.drills.verdict import ExitCode

ROOT = Path(__file__).parent.parent
DOCUMENTS = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/time-machine.md",
    "docs/audit.md",
    "docs/ci.md",
    "docs/compare.md",
    "docs/spark.md",
    "docs/restore-check.md",
    "docs/plan.md",
    "docs/restore-points.md",
    "docs/restore-testing.md",
    "docs/aws.md",
    "docs/advice.md",
)


def text(name: str) -> str:
    """A document's text."""
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    """Every relative link of a document names a file that is there."""
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text(name)) if "://" not in link]
    assert not [link for link in links if not (ROOT / name).parent.joinpath(link).exists()]


def test_the_readme_lists_what_exists() -> None:
    """The README's tables name every scenario and recovery there is, and no other."""
    rows = set(re.findall(r"^\| `([a-z_0-9]+)` \|", text("README.md"), flags=re.MULTILINE))
    assert rows == {*names(Kind.SCENARIO), *names(Kind.RECOVERY)}


def test_the_readme_lists_the_exit_codes() -> None:
    """Every exit code that a command can end with is in the README's table."""
    table = "\n".join(line for line in text("README.md").splitlines() if line.startswith("|"))
    assert not [code for code in ExitCode if not re.search(rf"^\|[^|]*\b{code.value}\b", table, flags=re.MULTILINE)]


def test_the_readme_opens_with_the_nouns() -> None:
    """The paragraph of the nouns is the same in the README and in the code."""
    code = (ROOT / "drills" / "__init__.py").read_text(encoding="utf-8")
    nouns = code[code.index("A **scenario**") :].split('"""')[0].split()
    readme = " ".join(text("README.md").replace("\n> ", "\n").split())
    assert " ".join(nouns) in readme


def test_the_readme_names_make_targets_that_exist() -> None:
    """`make X` in a document is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), flags=re.MULTILINE))
    named = {
        target
        for name in DOCUMENTS
        for pair in re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)`", text(name), flags=re.MULTILINE)
        for target in pair
    }
    assert len(named) > 4
    assert named - {""} <= targets


def test_the_architecture_names_files_that_exist() -> None:
    """Each module named in ARCHITECTURE.md's table of parts is a file or a folder of drills/."""
    parts = text("ARCHITECTURE.md").split("| part |")[1].split("\n\n")[0]
    named = {name for row in parts.splitlines()[2:] for name in re.findall(r"`([a-z]+[a-z_*/]*)`", row.split("|")[2])}
    assert len(named) > 20
    assert not [name for name in named if not list((ROOT / "drills").glob(f"{name.rstrip('/*')}*"))]


def test_nothing_names_this_machine() -> None:
    """No document or source names a path of somebody's machine or a registry's host."""
    found = [
        str(file.relative_to(ROOT))
        for pattern in ("*.md", "*.toml", "*.txt", "Makefile", "drills/**/*.py", "tests/**/*.py")
        for file in ROOT.glob(pattern)
        if re.search(r"/wor[k]/|/home/[a-z]+/|pypi\.org|files\.pythonhosted", file.read_text(encoding="utf-8"))
        and file != Path(__file__)
    ]
    assert not found


@pytest.mark.parametrize("name", ["docs/compare.md", "docs/spark.md"])
def test_the_options_of_compare_in_documents_exist(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each option that a document gives `dynadrill compare` or snapshot is in the help of one of them."""
    help_text = ""
    for command in ("compare", "snapshot"):
        main([command, "--help"])
        help_text += capsys.readouterr().out
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text(name))) - {
        "--additional-python-modules",
        "--left-",
        "--right-",
    }
    assert named
    assert not [option for option in named if option not in help_text]
