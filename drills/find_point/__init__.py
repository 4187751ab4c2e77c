"""Finding the second to go back to: from a stream, an export, the bad job's log, or a stored run."""
