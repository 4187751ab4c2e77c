"""A table that a person has: restored beside itself, and what was restored held against an independent copy."""
