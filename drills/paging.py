"""Reading all pages of an answer."""

from typing import Any


def pages(client: Any, operation: str, member: str, **request: Any) -> list[Any]:
    """A member of every page of an answer, by boto3's name for the operation."""
    found: list[Any] = []
    for page in client.get_paginator(operation).paginate(**request):
        found += page.get(member, [])
    return found
