"""Canaries: a few marked items that are kept moving in a person's table, each write written down beside it."""
