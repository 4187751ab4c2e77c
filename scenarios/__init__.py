"""What happens in a drill: one small file per scenario, disaster and recovery."""
