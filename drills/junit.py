"""JUnit XML of judgements: one suite per run, one test case per claim, and one for the drill as a whole."""

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from .judgement import Judgement
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


def junit(judgements: Iterable[Judgement]) -> str:
    """The XML text for one or several runs.

    A claim that failed or missed its objective is a failure (its `type` says which), one that is unknown an error,
    one that does not apply skipped; a drill that was refused or unsupported is an error.
    """
    root = ET.Element("testsuites", name="dynadrill")
    for judgement in judgements:
        root.append(_suite(judgement))
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(judgement: Judgement) -> ET.Element:
    suite = ET.Element("testsuite", name=_legal(f"{judgement.scenario} seed {judgement.seed}"))
    _properties(suite, judgement)
    _case(suite, judgement, "drill", judgement.verdict, judgement.because)
    for claim in judgement.validators:
        _case(suite, judgement, claim.name, claim.verdict, f"{claim.because} (claim: {claim.claim})")
    for attribute, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(len(suite.findall(f"testcase/{element}"))))
    suite.set("tests", str(len(suite.findall("testcase"))))
    return suite


def _properties(suite: ET.Element, judgement: Judgement) -> None:
    """What was measured; a figure that was not is left out, since a property cannot be null."""
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
    properties = ET.SubElement(suite, "properties")
    for name, value in figures.items():
        if value is not None:
            ET.SubElement(properties, "property", name=name, value=_legal(str(value)))


def _case(suite: ET.Element, judgement: Judgement, name: str, outcome: Outcome, because: str) -> None:
    group = _legal(f"dynadrill.{judgement.scenario}")
    case = ET.SubElement(suite, "testcase", classname=group, name=_legal(name))
    element = ELEMENTS.get(outcome)
    if element is not None:
        told = ET.SubElement(case, element, message=_legal(because))
        if element != "skipped":
            told.set("type", outcome.value)
            told.text = _legal(because)


def _legal(text: str) -> str:
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
