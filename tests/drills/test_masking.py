"""Account numbers do not get into what people read."""

import pytest
from dynadrill.drills.masking import ending_of, masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("arn:aws:dynamodb:eu-west-1:123456789012:table/x", "arn:aws:dynamodb:eu-west-1:…9012:table/x"),
        ("of arn:aws-cn:kms:cn-north-1:123456789012:key/1.", "of arn:aws-cn:kms:cn-north-1:…9012:key/1."),
        ("arn:aws:iam::123456789012:role/backup", "arn:aws:iam::…9012:role/backup"),
        ("arn:aws:s3:::bucket and order 123456789012", "arn:aws:s3:::bucket and order 123456789012"),
        ("https://123456789012.ddb.eu-west-1.amazonaws.com", "https://…9012.ddb.eu-west-1.amazonaws.com"),
    ],
)
def test_an_account_is_cut_to_four_digits(text: str, shown: str) -> None:
    """In ARNs and addresses; a number that is no account stays, and what is cut once is not cut again."""
    assert masked(text) == shown
    assert masked(shown) == shown


def test_people_are_told_the_end() -> None:
    """Two accounts can be told apart."""
    assert ending_of("123456789012") == "account ending in 9012"
    assert "nobody knows" in ending_of("")
