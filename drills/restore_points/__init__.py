"""The second to go back to: chosen from a clue, and weighed against every other one."""
