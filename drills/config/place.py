"""Where the configuration lies."""

FILE = "dynadrill.toml"
"""In the folder where a person stands."""

VARIABLE = "DYNADRILL_CONFIG"
"""The environment variable that names another file; `--config` sets it."""
