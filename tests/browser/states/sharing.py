"""Sharing the page."""

from tests.browser.states.made import SHARE, me, refused
from tests.browser.states.state import State, Theme

SHOWN = "[data-screen=share]"
NO_POSTER = {"GET /api/share": SHARE | {"poster_url": None}}

THEME = Theme(
    "sharing",
    "分享",
    (
        State("分享，海报", me(), ("share",), f"{SHOWN} .poster img", small=True, whole=True),
        State("分享，没有海报", me(), ("share",), f"{SHOWN} .code", NO_POSTER, small=True),
        State("分享，说明机会", me(about={"referral_show": "chance"}), ("share",), SHOWN),
        State(
            "分享，二维码没有取到", me(), ("share",), SHOWN, NO_POSTER | {"GET /api/share/code": refused("try_again")}
        ),
        State("怎样发给好友", me(), ("share", "point"), ".pointer", small=True),
        State("链接已复制", me(), ("share", "copy"), SHOWN),
        State("没有开放分享", me(), ("share",), ".problem", {"GET /api/share": refused("sharing_off")}),
    ),
)
