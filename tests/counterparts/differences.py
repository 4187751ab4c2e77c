"""Where a place is known to differ from AWS: behaviour, place, and what AWS does by which source.

A behaviour is a test's name (`test_x`, or `test_x[parameter]`). Its test must fail at the place, or the suite fails.
The time machine may stand here only where AWS's documentation says that the other places are wrong.
"""

from collections.abc import Mapping
from typing import Final

DIFFERENCES: Final[Mapping[str, Mapping[str, str]]] = {}
