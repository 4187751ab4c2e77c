"""What a key is when two states of a table are held against each other."""

from enum import IntEnum


class Kind(IntEnum):
    """The number that stands for it in SQL; the lowercase name is how it is written elsewhere."""

    EQUAL = 0
    ONLY_LEFT = 1
    ONLY_RIGHT = 2
    DIFFERENT = 3

    @property
    def word(self) -> str:
        """`only_left`, as outputs have it."""
        return self.name.lower()


DIFFERENCES = (Kind.ONLY_LEFT, Kind.ONLY_RIGHT, Kind.DIFFERENT)
