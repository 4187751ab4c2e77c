"""What a run has used of what somebody agreed to spend."""

from ..json_model import JsonModel

SMALLEST_TOLD = 0.0001


class Spent(JsonModel):
    """What was used, by list prices and as far as it is counted, and what was agreed to, in US dollars."""

    used_usd: float
    agreed_usd: float

    def said(self, target_kind: str) -> str:
        """As reports say it, of a run on a kind of target (`target.TargetKind`)."""
        billed = "" if target_kind == "aws" else "; nothing is billed here"
        used = "under 0.0001" if 0 < self.used_usd < SMALLEST_TOLD / 2 else f"about {self.used_usd:.4f}"
        return f"{used} USD by list prices, of {self.agreed_usd:g} USD agreed to{billed}"
