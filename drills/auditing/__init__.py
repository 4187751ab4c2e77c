"""What protects a table that somebody has: only read, and told per kind of disaster, with what to switch on."""
