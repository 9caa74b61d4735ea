"""Compares the account's own menu with the contest's, so that the organiser can decide which buttons are left out
(R15)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from chalicelib.domain.contest import Contest
from chalicelib.domain.menu import contest_menu, placed, restorable
from chalicelib.domain.wording import MenuWording

Menu = dict[str, Any]
LEVEL = "　"
"""Before the name of a button below another: one wide space."""


@dataclass(frozen=True, slots=True)
class MenuPreview:
    """`own` and `contest` are the buttons' names in the menus' order. Sub-buttons follow their button, indented by
    `LEVEL`."""

    own: tuple[str, ...]
    contest: tuple[str, ...]
    lost: tuple[str, ...]
    """The account's own buttons without a place in the contest's menu."""
    undecided: tuple[str, ...]
    """Those among `lost` that the contest file does not leave out."""
    website_only: tuple[str, ...]
    """Those of the account's buttons that the API cannot restore after the contest."""

    def lines(self) -> list[tuple[str, str]]:
        """Shows both menus side by side."""
        return list(zip_longest(self.own, self.contest, fillvalue=""))


def preview(contest: Contest, own: Menu) -> MenuPreview:
    """`own` is the account's menu, without a contest's buttons."""
    lost = tuple(str(button.get("name")) for button in _leaves(own) if not _is_placed(button, contest.menu))
    return MenuPreview(
        own=tuple(_names(own)),
        contest=tuple(_names(contest_menu(contest, ""))),
        lost=lost,
        undecided=tuple(name for name in lost if name not in contest.menu.left_out),
        website_only=restorable(own)[1],
    )


def _is_placed(button: Menu, menu: MenuWording) -> bool:
    """Returns whether an entry of the contest's menu has the button's name or its target."""
    return any(
        button.get("name") == entry.name
        or bool(entry.url and button.get("url") == entry.url)
        or bool(entry.key and button.get("key") == entry.key)
        for entry in placed(menu)
    )


def _leaves(menu: Menu) -> Iterator[Menu]:
    for top in menu.get("button", []):
        yield from top.get("sub_button") or [top]


def _names(menu: Menu) -> Iterator[str]:
    for top in menu.get("button", []):
        yield str(top.get("name"))
        yield from (f"{LEVEL}{below.get('name')}" for below in top.get("sub_button", []))
