"""The ports for a payment product, and for its notifications."""

from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.claim import Payer, SendOrder
from chalicelib.domain.payout_decisions import Answer


class PayoutProvider(Protocol):
    """A payment product of WeChat Pay: its order, its calls to send and query, and the meaning of their answers.

    Sending and querying never raise because of WeChat Pay or the network.
    """

    product: str

    def order(self, mch_billno: str, openid: str, amount_fen: int) -> SendOrder:
        """All parameters of a send; a repeat sends the same ones. Needs no secrets and no heavy imports."""
        ...

    def prepare(self) -> Answer | None:
        """Reads the secrets and makes the client, before any claim is marked as sending. Raises SettingsError.

        Returns a refusal if the merchant's certificate cannot be used or is another merchant's. Then nothing may be
        sent, and no claim is recorded as this payer's, whose id may be mistyped.
        """
        ...

    @property
    def payer(self) -> Payer:
        """Who pays. Reads the secrets; raises SettingsError."""
        ...

    def send(self, order: SendOrder) -> Answer: ...

    def query(self, order: SendOrder) -> Answer:
        """Queries the order's bill number. Answers NOT_OURS if WeChat Pay names another amount or openid."""
        ...


@dataclass(frozen=True, slots=True)
class SealedNotice:
    """WeChat Pay's notification of a transfer: authentic, and still encrypted with the merchant's APIv3 key."""

    ciphertext: str
    """Base64, with the tag at its end."""
    nonce: str
    associated_data: str


@dataclass(frozen=True, slots=True)
class NotifiedBill:
    """The bill that a notification is about. Only a query shows its state."""

    openid: str
    number: str


class NoticeOpener(Protocol):
    def __call__(self, sealed: SealedNotice) -> NotifiedBill | None:
        """Returns None if our key does not open it, or if it names no bill."""
        ...
