"""The account's code to press: only from the opening on, one for all, and nobody's referral."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.adapters.qr import png
from chalicelib.domain.contest import Account
from chalicelib.domain.units import FOLLOW_SCENE
from tests.http.callback_client import CallbackClient
from tests.http.stage import CLOSING, OPENING, Stage

PATH = "/api/follow-code"


def test_before_the_opening_there_is_none(stage: Stage) -> None:
    stage.now = OPENING - timedelta(milliseconds=1)
    stage.services.contest = replace(stage.services.contest, account=Account(code_url="http://weixin.qq.com/r/1"))
    answer = stage.browser().get(PATH)
    assert (answer.outcome, answer.header("cache-control")) == ((404, "not_found"), "no-store")


def test_one_permanent_code_is_made_and_kept(stage: Stage) -> None:
    for now in (OPENING, CLOSING):
        stage.now = now
        answer = stage.browser().get(PATH)
        assert (answer.status, answer.header("content-type")) == (200, "image/png")
        assert answer.body == png("http://weixin.qq.com/q/1")
    assert stage.wechat.scenes == [(FOLLOW_SCENE, True)]


def test_the_contest_file_may_name_the_address(bare_stage: Stage) -> None:
    address = "http://weixin.qq.com/r/1"
    bare_stage.services.contest = replace(bare_stage.services.contest, account=Account(code_url=address))
    assert bare_stage.browser().get(PATH).body == png(address)


def test_who_follows_through_it_is_nobody_s_friend(stage: Stage) -> None:
    CallbackClient(stage).event("alice", "subscribe", EventKey=f"qrscene_{FOLLOW_SCENE}", Ticket="T")
    follower = stage.ports.followers.find_follower("alice")
    assert follower
    assert (follower.subscribed, follower.invited_by, follower.referral_to) == (True, "", "")
