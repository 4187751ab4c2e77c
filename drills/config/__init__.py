"""What a person lays down once for all their drills: accounts and Regions, tags, names, defaults."""
