"""How fast a table is seeded, against a bare boto3 loop that writes prepared items to the same server.

Ours is what a drill in real pace does: it makes the items, pools included, writes each down before it is sent and what
was answered after, and keeps several batches in flight. The bare loop has its batches ready, one client as boto3 makes
it and one thread, and sends again what was not processed. The two take turns on one embedded server, each time on a
new table and each pair in the other order, so that what slows the machine down meets both; the median ratio of the
pairs counts.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import batched, count
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from dynadrill.drills.history import Who
from dynadrill.drills.load.perform import Writer
from dynadrill.drills.load.seeding import BATCH, seed_table
from dynadrill.drills.recorder import Recorder
from dynadrill.drills.table_settings import await_active
from dynadrill.drills.target import Target, table_prefix
from dynadrill.drills.targets.open import open_target
from dynadrill.drills.values import Item
from dynadrill.fixtures.important_table import VerySuperImportantTable
from dynadrill.fixtures.pools import pools
