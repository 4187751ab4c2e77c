"""Long waits: what is waited for, how long it has been, and about how long it may still take."""
