"""How exactly each method can be pinned to an instant, by target."""

from ..promise import Boundary

TO_THE_SECOND = Boundary(0.0, 0.0)
"""The time machine restores every write committed by T.000, and none later."""

AROUND_A_SECOND = Boundary(-1.0, 1.0)
"""Our assumption for AWS and its like: the granularity is one second (Developer Guide, "Point-in-time backups for
DynamoDB"), and on which side of it a write falls is not documented."""

AROUND_A_BACKUP = Boundary(-60.0, 60.0)
"""An on-demand backup holds everything committed up to one minute before its request, nothing committed more than
one minute after it (API Reference, CreateBackup). An export's clock may be off by as much (Developer Guide, "Requesting
a table export"); that a recovery point of AWS Backup is as good as DynamoDB's own backups is our assumption."""
