"""Signing in: whom the authorization named, and whether they follow."""

from collections.abc import Callable

import pytest

from chalicelib.domain.participation import Follower
from chalicelib.ports import Visitor
from chalicelib.usecases.sign_in import SignIn, SignInFailed
from tests.fakes.bench import Bench
from tests.fakes.outside import FakeWeChat


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def wechat(bench: Bench) -> FakeWeChat:
    return FakeWeChat(bench.world, {code: Visitor("o1", snapshot=False) for code in ("code1", "code2")})


@pytest.fixture
def sign_in(bench: Bench, wechat: FakeWeChat) -> Callable[[str], str]:
    return SignIn(wechat, bench.ports.followers, bench.clock)


@pytest.mark.parametrize("following", [True, False])
def test_somebody_unknown_is_asked_about_once(
    bench: Bench, wechat: FakeWeChat, sign_in: Callable[[str], str], following: bool
) -> None:
    wechat.following = {"o1"} if following else set()
    assert [sign_in("code1"), sign_in("code2")] == ["o1", "o1"]
    assert bench.world.calls["wechat.is_following"] == 1
    assert bench.ports.followers.find("o1") == Follower("o1", following, None, early=False)


@pytest.mark.parametrize("following", [True, False])
def test_whoever_is_known_from_an_event_is_not_asked_about(
    bench: Bench, wechat: FakeWeChat, sign_in: Callable[[str], str], following: bool
) -> None:
    wechat.following = set() if following else {"o1"}
    (bench.follow if following else bench.unfollow)("o1")
    before = bench.world.snapshot()
    assert sign_in("code1") == "o1"
    assert bench.world.snapshot() == before
    assert bench.world.calls["wechat.is_following"] == 0


@pytest.mark.parametrize("code", ["", "unknown"])
def test_a_bad_code_fails(bench: Bench, sign_in: Callable[[str], str], code: str) -> None:
    with pytest.raises(SignInFailed) as caught:
        sign_in(code)
    assert caught.value.code == "authorization_failed"


def test_a_used_code_fails(sign_in: Callable[[str], str]) -> None:
    sign_in("code1")
    with pytest.raises(SignInFailed):
        sign_in("code1")


def test_a_snapshot_user_gets_nothing(bench: Bench, wechat: FakeWeChat, sign_in: Callable[[str], str]) -> None:
    wechat.codes["virtual"] = Visitor("virtual-openid", snapshot=True)
    with pytest.raises(SignInFailed) as caught:
        sign_in("virtual")
    assert caught.value.code == "snapshot"
    assert bench.world.followers == {}


def test_while_user_info_is_silent_they_are_signed_in_and_asked_about_later(
    bench: Bench, wechat: FakeWeChat, sign_in: Callable[[str], str]
) -> None:
    wechat.following, wechat.silent = {"o1"}, True
    assert sign_in("code1") == "o1"
    assert bench.ports.followers.find("o1") is None
    wechat.silent = False
    assert sign_in("code2") == "o1"
    assert bench.ports.followers.find("o1") == Follower("o1", True, None)


def test_an_event_that_comes_while_wechat_is_asked_is_not_overwritten(
    bench: Bench, wechat: FakeWeChat, sign_in: Callable[[str], str]
) -> None:
    class Meanwhile(FakeWeChat):
        def is_following(self, openid: str) -> bool:
            bench.follow(openid)
            return False

    meanwhile = Meanwhile(bench.world, wechat.codes)
    SignIn(meanwhile, bench.ports.followers, bench.clock)("code1")
    follower = bench.ports.followers.find("o1")
    assert follower
    assert follower.subscribed
