"""Whether a policy allows something, asked of ours and of moto's own evaluation, which somebody else wrote."""

import json
from typing import Any

from dynadrill.drills.iam.policy import read_policy
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.iam.access_control import IAMPolicy, PermissionResult

ACTIONS = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:BatchGetItem", "s3:GetObject")
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/dynadrill-1-orders"
RESOURCES = (TABLE, f"{TABLE}/index/by_city", f"{TABLE}s", "arn:aws:s3:::dynadrill-1/data", "*")


def one_or_more(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """As a policy has them: one text, or a list."""
    return st.one_of(texts, st.lists(texts, min_size=1, max_size=3))


def with_wildcards(texts: tuple[str, ...]) -> st.SearchStrategy[str]:
    """One of some texts, or one with a `*` for a part of it; moto takes `?` for something else than IAM does."""

    def cut(text: str, first: int, last: int) -> str:
        low, high = sorted((first % (len(text) + 1), last % (len(text) + 1)))
        return f"{text[:low]}*{text[high:]}"

    some = st.sampled_from(texts)
    return st.one_of(some, st.builds(cut, some, st.integers(0, 99), st.integers(0, 99)))


STATEMENTS = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(("Allow", "Allow", "Deny")),
        "Action": one_or_more(with_wildcards(ACTIONS)),
        "Resource": one_or_more(with_wildcards(RESOURCES)),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(STATEMENTS, max_size=4))
def test_a_policy_allows_what_moto_says_that_it_does(statements: list[dict[str, Any]]) -> None:
    """Statements allow and deny the same actions on the same resources; moto's conditions are not IAM's."""
    document = {"Version": "2012-10-17", "Statement": statements}
    ours, theirs = read_policy(document), IAMPolicy(json.dumps(document))
    for action in ACTIONS:
        for resource in RESOURCES:
            allowed = theirs.is_action_permitted(action, resource) is PermissionResult.PERMITTED
            assert (ours.allows(action, resource, {}), action, resource) == (allowed, action, resource)
