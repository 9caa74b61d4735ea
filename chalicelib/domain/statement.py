"""What the merchant's statement says about red packets."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Statement:
    """Fen by bill number; a number that occurs twice has the sum."""

    paid: Mapping[str, int]
    returned: Mapping[str, int] = field(default_factory=dict)
    """Money that came back."""

    def is_returned(self, number: str, amount_fen: int) -> bool:
        """Whether all its money came back. `amount_fen` counts where the payment is in another statement."""
        return self.returned.get(number, 0) >= self.paid.get(number, amount_fen)
