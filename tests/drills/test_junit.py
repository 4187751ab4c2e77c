"""JUnit XML."""

from xml.etree import ElementTree as ET

from dynadrill.drills.junit import junit
from dynadrill.drills.verdict import Outcome

from .samples import NO_RPO, broken, claim, judgement


def suites(*found: object) -> list[ET.Element]:
    """The suites of what is written, read back."""
    return list(ET.fromstring(junit(found)))  # type: ignore[arg-type]  # judgements


def test_a_run_is_a_suite_and_a_claim_a_case() -> None:
    """One suite per run, one case per claim and one for the drill; the counts agree."""
    first, second = suites(judgement(), broken())
    assert [case.get("name") for case in first.findall("testcase")] == ["drill", "nothing_missing", "later_writes_kept"]
    assert {name: first.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "3",
        "failures": "0",
        "errors": "0",
        "skipped": "1",
    }
    assert (second.get("tests"), second.get("failures"), second.get("errors")) == ("4", "3", "1")


def test_each_outcome_has_its_element() -> None:
    """Fail and missed are failures told apart by type, unknown is an error, not applicable is skipped."""
    (suite,) = suites(judgement(validators=[claim(o.value, o, f"why {o.value}") for o in list(Outcome)[:5]]))
    said = {case.get("name"): case[0] if len(case) else None for case in suite.findall("testcase")}
    found = {name: (e.tag, e.get("type"), e.get("message")) for name, e in said.items() if e is not None}
    assert found == {
        "fail": ("failure", "fail", "why fail (claim: The claim of fail.)"),
        "missed": ("failure", "missed", "why missed (claim: The claim of missed.)"),
        "unknown": ("error", "unknown", "why unknown (claim: The claim of unknown.)"),
        "not applicable": ("skipped", None, "why not applicable (claim: The claim of not applicable.)"),
    }


def test_a_drill_that_could_not_be_run_is_an_error() -> None:
    """Unsupported and refused are errors of the drill's own case: never a pass, never skipped."""
    for outcome in (Outcome.UNSUPPORTED, Outcome.REFUSED):
        (suite,) = suites(judgement(outcome, validators=[]))
        error = suite.find("testcase[@name='drill']/error")
        assert error is not None
        assert error.get("type") == outcome.value


def test_what_was_measured_is_a_property() -> None:
    """RPO and RTO are properties; a figure that was not measured is left out, not 0."""
    measured, unmeasured = (
        {prop.get("name"): prop.get("value") for prop in suite.iter("property")}
        for suite in suites(judgement(), judgement(rpo=NO_RPO))
    )
    assert measured["rpo.at_most_s"] == "1.4"
    assert measured["rto.measured_s"] == "3334.32"
    assert "rpo.at_most_s" not in unmeasured
    assert "rpo.measured_s" not in unmeasured


def test_any_text_is_escaped() -> None:
    """Markup, quotes and characters that XML cannot hold do not break the file."""
    nasty = '<a b="c">&amp; \x00\x1b[31m \ud800 ]]> ünï'
    (suite,) = suites(
        judgement(Outcome.FAIL, because="x", validators=[claim("<n>", Outcome.FAIL, "y")]).model_copy(
            update={"because": nasty}
        )
    )
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == '<a b="c">&amp; \ufffd\ufffd[31m \ufffd ]]> ünï'
