"""The stretch of keys that a KeyConditionExpression names."""

import re
from collections.abc import Mapping
from typing import Any

from moto.dynamodb.parsing.key_condition_expression import parse_expression

from .attributes import Typed
from .conditions import Expressions
from .errors import invalid
from .keys import END, OrderKey, partition_prefix, raw, sort_bytes
from .rows import after
from .table import Table
from .wire import optional

PLACEHOLDER = re.compile(r":[A-Za-z0-9_]+")


def stretch(table: Table, body: Mapping[str, Any], expressions: Expressions) -> tuple[OrderKey, OrderKey]:
    """The range of keys that a KeyConditionExpression names."""
    text = optional(body, "KeyConditionExpression", str)
    if text is None:
        raise invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
    for placeholder in PLACEHOLDER.findall(text):
        if placeholder not in expressions.values:
            raise invalid(
                "Invalid KeyConditionExpression: An expression attribute value used in expression is not defined; "
                f"attribute value: {placeholder}"
            )
    partitions, sorts, used = parse_expression(
        key_condition_expression=text,
        expression_attribute_values=expressions.values,
        expression_attribute_names=expressions.names,
        schema=table.schema,
    )
    expressions.used.extend(used)
    ((_, partition),) = partitions
    prefix = partition_prefix(raw(_of_type(partition, table.keys.partition_type)))
    if not sorts:
        return prefix, prefix + END
    ((_, comparison, values),) = sorts
    bounds = [prefix + sort_bytes(_of_type(value, table.keys.sort_type)) for value in values]
    return _between(prefix, comparison, bounds, table.keys.sort_type)


def _of_type(typed: Typed, expected: str) -> Typed:
    if expected not in typed:
        raise invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
    return typed


def _between(prefix: OrderKey, comparison: str, bounds: list[OrderKey], sort_type: str) -> tuple[OrderKey, OrderKey]:
    low, high = bounds[0], bounds[-1]
    stretches = {
        "=": (low, after(low)),
        "<": (prefix, low),
        "<=": (prefix, after(low)),
        ">": (after(low), prefix + END),
        ">=": (low, prefix + END),
        "BETWEEN": (low, after(high)),
        "BEGINS_WITH": (low, low + END),
    }
    if comparison not in stretches or high < low or (comparison == "BEGINS_WITH" and sort_type == "N"):
        raise invalid("Invalid KeyConditionExpression: Query key condition not supported")
    return stretches[comparison]
