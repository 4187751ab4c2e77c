"""The command of the code that is tested, whatever of it is installed, and wherever it is called from."""

import sys

PROGRAM = ("-c", "import sys; from dynadrill.drills.cli import main; sys.exit(main())")
"""What Python is told."""

DYNADRILL = (sys.executable, *PROGRAM)
SERVE = (*DYNADRILL, "serve")
