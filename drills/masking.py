"""Account numbers, kept out of what people read: enough is left to tell two of them apart."""

import re

IN_ARN = re.compile(r"(arn:[a-z-]+:[a-z0-9-]*:[a-z0-9-]*:)\d{8}(\d{4})(?=:)")
IN_ADDRESS = re.compile(r"(\d{8})(\d{4})(?=\.ddb\.)")


def ending_of(account: str) -> str:
    """An account as people are told of it: `account ending in 9012`."""
    return f"account ending in {account[-4:]}" if account else "account that nobody knows"


def masked(text: str) -> str:
    """A text in which the accounts of ARNs are cut to four digits: `arn:aws:dynamodb:eu-west-1:…9012:table/x`."""
    return IN_ADDRESS.sub(r"…\2", IN_ARN.sub(r"\1…\2", text))
