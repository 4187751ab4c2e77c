"""The JSON Schemas that are published with the package."""

import json
from typing import Any

import jsonschema
import pytest
from dynadrill.drills.judgement import Judgement
from dynadrill.drills.runrecord import RunRecord
from dynadrill.drills.schemas import MODELS, generated, stored

from .samples import NO_RPO, NO_RTO, broken, judgement, record


def validate(name: str, content: str) -> Any:
    """Hold a JSON text to a published schema, and answer what it says."""
    found = json.loads(content)
    jsonschema.Draft202012Validator(json.loads(stored(name))).validate(found)
    return found


@pytest.mark.parametrize("name", MODELS)
def test_schemas_are_what_the_models_say(name: str) -> None:
    """A schema in the package equals what its model gives, and is itself a valid schema."""
    assert stored(name) == generated(name), "write them again: python -m dynadrill.drills.schemas"
    jsonschema.Draft202012Validator.check_schema(json.loads(stored(name)))


def test_verdicts_have_the_shape_that_is_promised() -> None:
    """verdict.json follows its schema, with the names of DESIGN and null for what was not measured."""
    for found in (judgement(), broken(), judgement(rpo=NO_RPO, rto=NO_RTO, in_service=None, struck_at=None)):
        verdict = validate("verdict-1.schema.json", found.to_json())
        assert verdict["schema"] == "dynadrill.verdict/1"
        assert set(verdict["rto"]["phases_s"]) == {
            "notice", "decide", "wait", "restore", "settings", "validate", "cutover", "first_good",
        }  # fmt: skip
        assert Judgement.model_validate(verdict) == found
    assert verdict["rpo"]["measured_s"] is None
    assert verdict["rto"]["measured_s"] is None


def test_records_have_the_shape_that_is_promised() -> None:
    """run.json follows its schema."""
    found = validate("run-1.schema.json", record().model_dump_json())
    assert RunRecord.model_validate(found) == record()


@pytest.mark.parametrize(
    "spoil", [{"verdict": "splendid"}, {"rpo": None}, {"struck_at": "noon"}, {"schema": "dynadrill.verdict/2"}]
)
def test_the_schema_can_say_no(spoil: dict[str, Any]) -> None:
    """A wrong verdict, a missing part, text for a number and another version are refused."""
    wrong = json.dumps({**json.loads(judgement().to_json()), **spoil})
    with pytest.raises(jsonschema.ValidationError):
        validate("verdict-1.schema.json", wrong)


def test_further_fields_are_allowed() -> None:
    """Within a version fields are only added, so whoever keeps this schema can read files that have more."""
    more = json.loads(judgement().to_json())
    more["rpo"]["something_new"] = 1
    validate("verdict-1.schema.json", json.dumps({**more, "something_new": 1}))
