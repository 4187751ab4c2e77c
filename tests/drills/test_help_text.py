"""Help texts with their lines joined again."""

from dynadrill.drills.help_text import unfolded


def test_sentences_run_on_and_examples_and_lists_stay() -> None:
    """The source's line ends are not the terminal's: what was folded runs on, and nothing else does."""
    folded = """Say it
    all.

    One sentence
    over two lines.

    dynadrill audit --all
    --period 35
    dynadrill audit orders

    - Why?
      dynadrill last
    """
    assert unfolded(folded).split("\n") == [
        "Say it all.",
        "",
        "One sentence over two lines.",
        "",
        "dynadrill audit --all --period 35",
        "dynadrill audit orders",
        "",
        "- Why?",
        "  dynadrill last",
    ]
