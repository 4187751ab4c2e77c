"""What a drill or a check is going to do, cost and need: from a rehearsal of it on the embedded machine."""
