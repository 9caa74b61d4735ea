"""The payments and refunds in the merchant's statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Statement:
    """Amounts in fen by bill number. A number that occurs twice has the sum."""

    paid: Mapping[str, int]
    returned: Mapping[str, int] = field(default_factory=dict)
    """Refunded amounts, likewise."""

    def is_returned(self, number: str, amount_fen: int) -> bool:
        """Returns whether all of its money came back. `amount_fen` is used if the payment itself is in another
        statement."""
        return self.returned.get(number, 0) >= self.paid.get(number, amount_fen)
