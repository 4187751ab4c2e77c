"""The query protocol, as STS and IAM are asked by it."""

import pytest
from dynadrill.drills.timemachine.calls import Call
from dynadrill.drills.timemachine.query import action_in, form_in


@pytest.mark.parametrize(
    ("path", "body"), [("/", b"Action=GetCallerIdentity&Note="), ("/?Action=GetCallerIdentity&Note=", b"")]
)
def test_a_form_is_in_the_body_or_in_the_path(path: str, body: bytes) -> None:
    """A POST has its members in the body, a GET in the path; one without a value is there all the same."""
    call = Call("POST" if body else "GET", "sts.amazonaws.com", path, {}, body)
    assert form_in(call) == {"Action": "GetCallerIdentity", "Note": ""}
    assert action_in(call) == "GetCallerIdentity"
    assert action_in(call._replace(path="/", body=b"")) == ""
