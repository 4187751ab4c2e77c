"""Text to take away: what sets a protection up outside dynadrill, in the words of the tool that does it."""
