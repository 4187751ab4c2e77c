"""Changes of a table as its stream tells them: read without a gap, kept on disk, and applied in order."""
