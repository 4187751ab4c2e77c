"""A run on the pages of a CI server: a summary in Markdown, and GitHub's annotations."""

from .essentials import ClaimRead, Essentials, facts
from .report_text import LOOKS, clean, number_of
from .verdict import ExitCode, Outcome

LEVELS = {Outcome.PASS: "notice", Outcome.MISSED: "warning", Outcome.UNSUPPORTED: "warning"}
"""How an outcome is annotated; every other is an error."""
SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>|#"})
"""What Markdown would obey."""


def markdown(run: Essentials) -> str:
    """A summary for a job's page: the verdict, what was measured, and each claim that does not hold."""
    lines = [f"## {LOOKS[run.verdict].sign} {run.word}: {_plain(run.name)}", "", _plain(run.because), ""]
    told = list(facts(run))
    if run.recovery:
        lines += [f"Recovered by {_plain(run.recovery)}.", ""]
    if told:
        lines += [
            "| what | measured |",
            "|---|---|",
            *(f"| {fact.label} | {_plain(fact.value)} |" for fact in told),
            "",
        ]
    if run.broken:
        lines += ["| claim | verdict | because |", "|---|---|---|", *map(_row, run.broken), ""]
    if run.validators:
        held = [claim for claim in run.validators if claim.verdict is Outcome.PASS]
        lines += ["<details>", f"<summary>What holds: {number_of(len(held), 'claim')}</summary>", ""]
        lines += [*(f"- {_plain(claim.name)}: {_plain(claim.because)}" for claim in held), "", "</details>", ""]
    return "\n".join(lines)


def annotations(run: Essentials) -> str:
    """GitHub's workflow commands: one for the run, and one for each claim that does not hold."""
    level = "error" if run.exit_code == ExitCode.LEFTOVERS else LEVELS.get(run.verdict, "error")
    told = ". ".join([run.because, *(f"{fact.label}: {fact.value}" for fact in facts(run))])
    claims = (
        _annotation(LEVELS.get(claim.verdict, "error"), f"{run.name}: {claim.name}", claim.because)
        for claim in run.broken
    )
    return "".join(f"{line}\n" for line in (_annotation(level, f"{run.name}: {run.word}", told), *claims))


def _row(claim: ClaimRead) -> str:
    return f"| {_plain(claim.name)} | {LOOKS[claim.verdict].sign} {claim.verdict} | {_plain(claim.because)} |"


def _plain(text: str) -> str:
    """Text from elsewhere, as text and nothing else, on one line."""
    return clean(text).translate(SPECIAL)


def _annotation(level: str, title: str, text: str) -> str:
    """One workflow command; what would end it is escaped (GitHub Actions, "Workflow commands")."""
    name = _data(title).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} title=dynadrill {name}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
