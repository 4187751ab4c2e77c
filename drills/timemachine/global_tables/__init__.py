"""Global tables: replicas in other Regions, replication with its lag, and Regions that go down."""
