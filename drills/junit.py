"""JUnit XML of judgements: one suite per run, one test case per claim, and one for the drill as a whole."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from xml.etree import ElementTree as ET

from .judgement import Claim, Judgement
from .verdict import Outcome

UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, escaped or not (section 2.2)."""

ELEMENTS = {
    Outcome.FAIL: "failure",
    Outcome.MISSED: "failure",
    Outcome.UNKNOWN: "error",
    Outcome.UNSUPPORTED: "error",
    Outcome.REFUSED: "error",
    Outcome.NOT_APPLICABLE: "skipped",
}


class Case(NamedTuple):
    """One test case: its name, what it came to, and why."""

    name: str
    outcome: Outcome
    because: str


class Suite(NamedTuple):
    """One run: its name, the group that its cases are in, what was measured, and its cases."""

    name: str
    group: str
    figures: Mapping[str, object]
    cases: Sequence[Case]


def junit(judgements: Iterable[Judgement]) -> str:
    """The XML text for one or several runs."""
    return junit_of(map(_of_run, judgements))


def junit_of(suites: Iterable[Suite]) -> str:
    """The XML text for some suites.

    A claim that failed or missed its objective is a failure (its `type` says which), one that is unknown an error,
    one that does not apply skipped; a drill that was refused or unsupported is an error.
    """
    root = ET.Element("testsuites", name="dynadrill")
    for suite in suites:
        root.append(_suite(suite))
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def cases_of(main: Case, claims: Iterable[Claim]) -> list[Case]:
    """The run as a whole, and each of its claims."""
    return [main, *(Case(one.name, one.verdict, f"{one.because} (claim: {one.claim})") for one in claims)]


def _of_run(judgement: Judgement) -> Suite:
    figures = {
        "run": judgement.run,
        "target": judgement.target,
        "recovery": judgement.recovery,
        "pace": judgement.pace,
        "seed": judgement.seed,
        "exit_code": judgement.exit_code,
        "rpo.objective_s": judgement.rpo.objective_s,
        "rpo.measured_s": judgement.rpo.measured_s,
        "rpo.at_most_s": judgement.rpo.at_most_s,
        "rto.objective_s": judgement.rto.objective_s,
        "rto.measured_s": judgement.rto.measured_s,
        "rto.simulated_s": judgement.rto.simulated_s,
    }
    cases = cases_of(Case("drill", judgement.verdict, judgement.because), judgement.validators)
    return Suite(f"{judgement.scenario} seed {judgement.seed}", judgement.scenario, figures, cases)


def _suite(suite: Suite) -> ET.Element:
    """A figure that was not measured is left out, since a property cannot be null."""
    element = ET.Element("testsuite", name=_legal(suite.name))
    properties = ET.SubElement(element, "properties")
    for name, value in suite.figures.items():
        if value is not None:
            ET.SubElement(properties, "property", name=name, value=_legal(str(value)))
    for case in suite.cases:
        _case(element, suite.group, case)
    for attribute, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(attribute, str(len(element.findall(f"testcase/{kind}"))))
    element.set("tests", str(len(element.findall("testcase"))))
    return element


def _case(suite: ET.Element, group: str, case: Case) -> None:
    found = ET.SubElement(suite, "testcase", classname=_legal(f"dynadrill.{group}"), name=_legal(case.name))
    element = ELEMENTS.get(case.outcome)
    if element is not None:
        told = ET.SubElement(found, element, message=_legal(case.because))
        if element != "skipped":
            told.set("type", case.outcome.value)
            told.text = _legal(case.because)


def _legal(text: str) -> str:
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
