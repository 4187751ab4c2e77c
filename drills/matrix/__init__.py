"""The matrix: each disaster against each recovery, as it came out."""
