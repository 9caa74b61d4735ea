"""The payment product "merchant transfer" of WeChat Pay (v3)."""

from chalicelib.domain.claim import TRANSFER, Payer, SendOrder
from chalicelib.domain.payout_decisions import Answer


class Transfers:
    """Implements the PayoutProvider port. Not made yet: nothing can choose it."""

    product = TRANSFER
    terms = (
        "transfer_scene_id",
        "transfer_remark",
        "user_recv_perception",
        "user_recv_style",
        "activity",
        "reward",
        "notify_url",
    )

    def order(self, mch_billno: str, openid: str, amount_fen: int) -> SendOrder:
        raise NotImplementedError

    def prepare(self) -> Answer | None:
        raise NotImplementedError

    @property
    def payer(self) -> Payer:
        raise NotImplementedError

    def send(self, order: SendOrder) -> Answer:
        raise NotImplementedError

    def query(self, order: SendOrder) -> Answer:
        raise NotImplementedError
