"""FollowerPages: every follower is on one page, and the page after the last one is empty."""

import pytest

from chalicelib.domain.errors import WeChatRefused
from tests.contract.wechat.conftest import PAGE, Side
from tests.support.wechat import Call


def pages(side: Side) -> list[list[str]]:
    found: list[list[str]] = []
    after = ""
    while True:
        openids, after = side.account.followers_page(after)
        if not openids:
            assert after == ""
            return found
        found.append(openids)


@pytest.mark.parametrize(("count", "full"), [(0, 0), (1, 1), (PAGE, 1), (PAGE + 1, 2), (3 * PAGE, 3)])
def test_followers_come_in_pages(side: Side, count: int, full: int) -> None:
    openids = [f"o{number}" for number in range(count)]
    side.wechat.follow(*openids)
    found = pages(side)
    assert [openid for page in found for openid in page] == openids
    assert len(found) == full
    assert side.wechat.asked.count(Call.FOLLOWERS) == full + 1


def test_only_who_follows_is_listed(side: Side) -> None:
    side.wechat.follow("o1", "o2", "o3")
    side.wechat.unfollow("o2")
    side.wechat.authorize("o4")
    assert pages(side) == [["o1", "o3"]]


def test_who_leaves_between_two_pages_hides_nobody(side: Side) -> None:
    openids = [f"o{number}" for number in range(8)]
    side.wechat.follow(*openids)
    first, after = side.account.followers_page("")
    side.wechat.unfollow(first[-1])
    second, after = side.account.followers_page(after)
    assert (first, second) == (openids[:3], openids[3:6])
    side.wechat.follow("oNew")
    assert side.account.followers_page(after)[0] == ["o6", "o7", "oNew"]


def test_wechat_refuses_a_page_after_an_unknown_openid(side: Side) -> None:
    side.wechat.follow("o1")
    with pytest.raises(WeChatRefused) as caught:
        side.account.followers_page("oNobody")
    assert caught.value.errcode == 40003
