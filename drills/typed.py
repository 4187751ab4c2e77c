"""Pairs of values as DynamoDB's wire has them, for each of its types: which differ, and which only look as if they did.

The types are those of the Developer Guide, "Supported data types and naming rules in Amazon DynamoDB".
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

Attributes: TypeAlias = Mapping[str, Mapping[str, Any]]
Pair: TypeAlias = tuple[Attributes, Attributes]


def _pair(one: Mapping[str, Any], other: Mapping[str, Any]) -> Pair:
    return {"value": one}, {"value": other}


OTHER_VALUES: Mapping[str, Pair] = {
    "S": _pair({"S": "a"}, {"S": "A"}),
    "N": _pair({"N": "1.0000000000000000000000000000000000001"}, {"N": "1.0000000000000000000000000000000000002"}),
    "B": _pair({"B": "AQI="}, {"B": "AQM="}),
    "BOOL": _pair({"BOOL": True}, {"BOOL": False}),
    "NULL": ({"value": {"NULL": True}}, {}),
    "SS": _pair({"SS": ["a", "b"]}, {"SS": ["a", "c"]}),
    "NS": _pair({"NS": ["1", "2"]}, {"NS": ["1", "3"]}),
    "BS": _pair({"BS": ["AQI=", "AQM="]}, {"BS": ["AQI=", "AQQ="]}),
    "L": _pair({"L": [{"N": "1"}, {"N": "2"}]}, {"L": [{"N": "2"}, {"N": "1"}]}),
    "M": _pair({"M": {"a": {"S": "a"}, "b": {"S": "b"}}}, {"M": {"a": {"S": "b"}, "b": {"S": "a"}}}),
    "type": _pair({"N": "1"}, {"S": "1"}),
}
"""By type two values that are not the same: the last two are the same but for their type."""

SAME_VALUES: Mapping[str, Pair] = {
    "N": _pair({"N": "1.50"}, {"N": "15E-1"}),
    "B": _pair({"B": "AQI="}, {"B": "AQJ="}),
    "SS": _pair({"SS": ["a", "b"]}, {"SS": ["b", "a"]}),
    "NS": _pair({"NS": ["1.0", "2"]}, {"NS": ["2", "1"]}),
    "BS": _pair({"BS": ["AQI=", "AQM="]}, {"BS": ["AQM=", "AQI="]}),
    "M": _pair({"M": {"a": {"N": "1"}, "b": {"N": "0"}}}, {"M": {"b": {"N": "-0"}, "a": {"N": "1.0"}}}),
}
"""By type two spellings of one value; in the last bits of base64 text there is no byte."""
