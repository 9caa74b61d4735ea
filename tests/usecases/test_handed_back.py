"""The account's server address is given back early: WeChat sends us nothing more, and the contest loses nothing.

Sign-ins, draws, claims, payouts, the sharers' messages and the menu need no callback; only new follows through a code,
unfollows and texts do (docs/wechat-setup.md, section 9).
"""

from typing import Any

from chalicelib.domain.participation import Chances
from tests.support.bench import Bench
from tests.support.examples import CLOSES, OPENS
from tests.usecases.payout_helpers import live_on

OWN: dict[str, Any] = {"button": [{"type": "view", "name": "信用查询", "url": "http://www.example.cn/"}]}
BEFORE, NEW = "o1", "o2"


def paid(bench: Bench) -> list[int]:
    """Amounts in fen, the smallest first; each paid once, under one number."""
    assert set(bench.pay.payments.values()) <= {1}
    return sorted(order.amount_fen for order in bench.pay.ledger.values())


def signs_in(bench: Bench, openid: str) -> None:
    assert bench.app.sign_ins.sign_in_visitor(bench.wechat.authorize(openid)) == openid


def claims(bench: Bench, openid: str) -> int:
    """Signs in, draws, passes and claims. Returns the amount in fen."""
    signs_in(bench, openid)
    attempt = bench.submit(openid, bench.drawn(openid))
    return bench.app.claims.open_packet(openid, attempt.attempt_id)[0].order.amount_fen


def test_what_was_won_before_is_paid(bench: Bench) -> None:
    bench.clock.now = OPENS
    won = [bench.claimed(f"o{number}").order.amount_fen for number in range(5)]
    live_on(bench)
    assert paid(bench) == sorted(won)


def test_what_was_won_on_the_last_evening_is_paid_after_the_closing(bench: Bench) -> None:
    won = bench.claimed(BEFORE).order.amount_fen
    bench.clock.now = CLOSES
    bench.app.schedule.close_contest()
    live_on(bench)
    assert paid(bench) == [won]


def test_a_doubtful_payment_is_settled_once(bench: Bench) -> None:
    won = bench.claimed(BEFORE).order.amount_fen
    bench.pay.will_lose_the_answer()
    live_on(bench)
    assert paid(bench) == [won]


def test_who_followed_before_and_who_follows_now_play_on_and_are_paid(bench: Bench) -> None:
    bench.follow(BEFORE)
    bench.wechat.follow(BEFORE, NEW)
    won = [claims(bench, BEFORE), claims(bench, NEW)]
    live_on(bench)
    assert paid(bench) == sorted(won)


def test_a_chance_that_was_brought_before_is_kept_and_its_sharer_hears_of_it(bench: Bench) -> None:
    bench.follow(BEFORE)
    bench.wechat.follow(BEFORE)
    bench.brought(NEW, BEFORE)
    bench.clock.advance(hours=1)
    signs_in(bench, BEFORE)
    assert bench.ports.participants.read_participation(BEFORE).me.chances == Chances(2, 0)
    assert bench.later.sharers == [BEFORE]


def test_the_account_s_menu_comes_back_at_the_closing(bench: Bench) -> None:
    bench.wechat.shown_menu = OWN
    bench.clock.now = OPENS
    bench.app.schedule.open_contest()
    assert bench.wechat.shown_menu != OWN
    bench.clock.now = CLOSES
    bench.app.schedule.close_contest()
    assert bench.wechat.shown_menu is not None
    assert bench.wechat.shown_menu["button"][:1] == OWN["button"]
