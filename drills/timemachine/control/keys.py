"""Keys of KMS over the control API: which cannot be used, and tables are encrypted with."""

from .asked import Asked, NotThereError, only, text_in


def list_keys(asked: Asked) -> object:
    """The keys that cannot be used."""
    return {"unavailable": asked.fleet.keys.gone()}


def take_key_away(asked: Asked) -> object:
    """Let a key be of no use, named as a table's SSESpecification names it.

    Raises:
        UsageError: the members name no key.
    """
    only(asked.members, "key")
    asked.fleet.journal.catch_up()
    asked.fleet.keys.take_away(text_in(asked.members, "key"))
    return list_keys(asked)


def give_key_back(asked: Asked) -> object:
    """Let a key be of use again.

    Raises:
        NotThereError: it can be used.
    """
    before = asked.fleet.keys.gone()
    asked.fleet.journal.catch_up()
    asked.fleet.keys.give_back(asked.name)
    if asked.fleet.keys.gone() == before:
        raise NotThereError(f"the key {asked.name} can be used; unavailable are {', '.join(before) or 'none'}")
    return {}


def give_keys_back(asked: Asked) -> object:
    """Let all keys be of use again."""
    asked.fleet.journal.catch_up()
    for key in asked.fleet.keys.gone():
        asked.fleet.keys.give_back(key)
    return {}
