"""Steps and views of the smoke payments' tests."""

from chalicelib.domain.payouts import Reply
from chalicelib.domain.smoke import SmokePayment
from chalicelib.usecases.pay_smoke import Told
from tests.support.bench import Bench

ME, OTHER = "oOperator", "oAnother"


def pay(bench: Bench, again: bool = False, openid: str = ME) -> Told:
    return bench.app.pay_smoke(openid, "王", again)


def last(bench: Bench) -> SmokePayment:
    return bench.state.smoke[max(bench.state.smoke)]


def logged(bench: Bench) -> list[tuple[str, str, str]]:
    return [(entry.who, entry.what, entry.about) for entry in bench.ports.ledger.log()]


def ends(bench: Bench, reply: Reply) -> None:
    """WeChat Pay says so from now on."""
    bench.pay.status[last(bench).order.mch_billno] = reply
