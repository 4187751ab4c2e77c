"""Whether somebody agreed to what something costs."""

from ..errors import RefusedError


class NotAgreedError(RefusedError):
    """Nobody agreed to what something costs. `enough_usd` would be agreed to; None where the configuration forbids."""

    def __init__(self, message: str, hint: str, enough_usd: float | None = None) -> None:
        super().__init__(message, hint)
        self.enough_usd = enough_usd


def agree(estimated_usd: float, yes_spend_usd: float | None, limit_usd: float | None, by: str = "") -> None:
    """Make sure that somebody agreed to spend as much, and that the configuration allows it.

    Args:
        estimated_usd: what it costs, as far as is known before.
        yes_spend_usd: what somebody agreed to, None for nothing.
        limit_usd: of the configuration, None for none.
        by: what the estimate goes by, as a part of a sentence.

    Raises:
        NotAgreedError: nobody did, or it does not.
    """
    would = f"this would cost about {estimated_usd:.4f} USD{by and ' ' + by}"
    if limit_usd is not None and max(estimated_usd, yes_spend_usd or 0.0) > limit_usd:
        raise NotAgreedError(
            f"{would}, {yes_spend_usd or 0:g} USD were agreed to, and the configuration allows {limit_usd:g}",
            "See spend_limit_usd in dynadrill.toml, and `dynadrill plan` for what costs how much.",
        )
    if yes_spend_usd is None or not yes_spend_usd >= estimated_usd:  # as no number would not be either
        allowed = "nothing was agreed to" if yes_spend_usd is None else f"{yes_spend_usd:g} USD were agreed to"
        raise NotAgreedError(
            f"{would}, and {allowed}",
            f"Say --yes-spend {estimated_usd:.4f}, or more; `dynadrill plan` says what for.",
            estimated_usd,
        )
