"""The contest's menu in the format of WeChat's menu API: at most three buttons with at most five sub-buttons each."""

from typing import Any

from chalicelib.domain.contest import Contest
from chalicelib.domain.conversation import KEY_PREFIX
from chalicelib.domain.wording import MenuEntry, MenuWording, Topic

MOST, MOST_BELOW = 3, 5
PUBLISHABLE = frozenset(
    "click view scancode_push scancode_waitmsg pic_sysphoto pic_photo_or_album pic_weixin location_select miniprogram"
    " media_id view_limited article_id article_view_limited".split()
)
"""The button types that WeChat's menu API accepts. WeChat's website can make others: texts, pictures, voices, videos
and newer types."""


def contest_menu(contest: Contest, quiz_link: str) -> dict[str, Any]:
    """The link into the quiz, the contest's keywords, and the account's own entries from the configuration."""
    menu = contest.menu
    about = [
        {"type": "click", "name": name, "key": KEY_PREFIX + topic.value}
        for name, topic in (
            ("活动规则", Topic.RULES),
            ("我的记录", Topic.MINE),
            ("单位排行", Topic.RANKING),
            ("我的单位", Topic.UNIT),
        )
    ]
    buttons: list[dict[str, Any]] = [
        {"type": "view", "name": menu.quiz, "url": quiz_link},
        {"name": menu.about, "sub_button": about},
    ]
    if own := placed(menu):
        buttons.append({"name": menu.own_name, "sub_button": [_entry(entry) for entry in own]})
    return {"button": buttons}


def placed(menu: MenuWording) -> tuple[MenuEntry, ...]:
    """Returns the account's own entries in the contest's menu: the first five in the file that are not left out.

    The opening never refuses a menu; `./contest check` does, while `unplaced` names any.
    """
    return _wanted(menu)[:MOST_BELOW]


def unplaced(menu: MenuWording) -> tuple[str, ...]:
    """Returns the names of the entries that are neither placed nor left out: the organiser must decide which of them to
    leave out."""
    return tuple(entry.name for entry in _wanted(menu)[MOST_BELOW:])


def _wanted(menu: MenuWording) -> tuple[MenuEntry, ...]:
    return tuple(entry for entry in menu.own if entry.name not in menu.left_out)


def is_contest_menu(menu: dict[str, Any]) -> bool:
    """Returns whether it is a contest's menu. The account's menu with an earlier contest's closing notice is not."""
    return any(
        str(button.get("key", "")).startswith(KEY_PREFIX) and not _is_notice(button)
        for top in menu.get("button", [])
        for button in (top, *top.get("sub_button", []))
    )


def with_closing_notice(menu: dict[str, Any], name: str) -> dict[str, Any]:
    """Adds a button with the contest's result to the account's menu, if there is room and `name` is not empty."""
    if not name:
        return menu
    notice = {"type": "click", "name": name, "key": KEY_PREFIX + Topic.CLOSING.value}
    buttons = list(menu.get("button", []))
    if len(buttons) < MOST:
        return {"button": [*buttons, notice]}
    for index, top in enumerate(buttons):
        below = top.get("sub_button", [])
        if below and len(below) < MOST_BELOW:
            buttons[index] = {**top, "sub_button": [*below, notice]}
            break
    return {"button": buttons}


def without_closing_notice(menu: dict[str, Any]) -> dict[str, Any]:
    """Removes an earlier contest's closing notice from the account's menu."""
    buttons = [
        {**top, "sub_button": [b for b in top["sub_button"] if not _is_notice(b)]} if top.get("sub_button") else top
        for top in menu.get("button", [])
        if not _is_notice(top)
    ]
    return {"button": buttons}


def restorable(menu: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Returns what the API can publish of a saved menu, and the names of the buttons that only the website can make."""
    kept: list[dict[str, Any]] = []
    lost: list[str] = []
    for top in menu.get("button", []):
        if top.get("sub_button"):
            below = [button for button in top["sub_button"] if button.get("type") in PUBLISHABLE]
            lost += [str(button.get("name")) for button in top["sub_button"] if button.get("type") not in PUBLISHABLE]
            kept += [{**top, "sub_button": below}] if below else []
        elif top.get("type") in PUBLISHABLE:
            kept.append(top)
        else:
            lost.append(str(top.get("name")))
    return {"button": kept}, tuple(lost)


def _is_notice(button: dict[str, Any]) -> bool:
    return button.get("key") == KEY_PREFIX + Topic.CLOSING.value


def _entry(entry: MenuEntry) -> dict[str, Any]:
    if entry.url:
        return {"type": "view", "name": entry.name, "url": entry.url}
    return {"type": "click", "name": entry.name, "key": entry.key}
