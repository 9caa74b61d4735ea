"""Reads the sections of the contest file that hold wording: what WeChat, the account and the page show."""

from chalicelib.config_reader import Section
from chalicelib.domain.contest import (
    MenuEntry,
    MenuWording,
    PacketWording,
    PageWording,
    Referral,
    ReferralPolicy,
    Replies,
    UnknownText,
)


def packet(s: Section) -> PacketWording:
    # Bytes, not characters: the stricter reading of the documented limits.
    with s:
        return PacketWording(
            send_name=s.text("send_name", most_bytes=32),
            act_name=s.text("act_name", most_bytes=32),
            wishing=s.text("wishing", most_bytes=128),
            remark=s.text("remark", most_bytes=256),
            client_ip=s.text("client_ip", pattern=r"\d{1,3}(\.\d{1,3}){3}"),
            scene_id=s.text("scene_id", pattern=r"|PRODUCT_[1-8]"),
        )


def replies(s: Section) -> Replies:
    with s:
        return Replies(
            welcome_announced=s.reply("welcome_announced"),
            welcome_open=s.reply("welcome_open"),
            welcome_closed=s.reply("welcome_closed"),
            quiz_announced=s.reply("quiz_announced", "chances"),
            quiz_open=s.reply("quiz_open", "chances"),
            quiz_closed=s.reply("quiz_closed", "chances"),
            quiz_paused=s.reply("quiz_paused"),
            rules=s.reply("rules"),
            mine=s.reply("mine", "attempts", "best", "chances", "claims", "yuan", "unit"),
            ranking=s.reply("ranking", "ranking", "total"),
            unit=s.reply("unit", "unit"),
            help=s.reply("help"),
            new_chance=s.reply("new_chance"),
            unknown_text=UnknownText(s.choice("unknown_text", [u.value for u in UnknownText])),
        )


def referral(s: Section) -> Referral:
    with s:
        return Referral(
            policy=ReferralPolicy(s.choice("policy", [p.value for p in ReferralPolicy])),
            title=s.text("title", longest=60),
            description=s.text("description", longest=120),
            image_url=s.text("image_url", pattern=r"|https://[^\s\"<>]{1,400}"),
        )


def menu(s: Section) -> MenuWording:
    # WeChat's limits on names: 16 bytes on top, 40 below; at most five entries below a button.
    with s:
        wording = MenuWording(
            quiz=s.text("quiz", most_bytes=16),
            about=s.text("about", most_bytes=16),
            own_name=s.text("own_name", most_bytes=16),
            own=tuple(_menu_entry(table) for table in s.tables("own")),
            closing=s.text("closing", pattern=r".{0,5}"),
        )
        if len(wording.own) > 5:
            s.wrong("own", "more than five entries")
        return wording


def _menu_entry(s: Section) -> MenuEntry:
    with s:
        entry = MenuEntry(
            name=s.text("name", most_bytes=40),
            url=s.text("url", pattern=r"|https?://[^\s\"<>]{1,1000}", default=""),
            key=s.text("key", pattern=r"[^\s]{0,128}", default=""),
        )
        if bool(entry.url) == bool(entry.key):
            s.wrong("url", "an entry has either a url or a key")
        return entry


def page(s: Section) -> PageWording:
    with s:
        organisers = tuple(_organiser(table) for table in s.tables("organisers"))
        return PageWording(how=s.texts("how"), rules=s.texts("rules"), organisers=organisers)


def _organiser(s: Section) -> tuple[str, str]:
    with s:
        return s.text("role", longest=20), s.text("name", longest=100)
