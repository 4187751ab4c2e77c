"""Write the schemas beside this file, from the models."""

from pathlib import Path

from . import MODELS, generated

if __name__ == "__main__":
    for name in MODELS:
        Path(__file__).with_name(name).write_text(generated(name), encoding="utf-8")
