"""What a state is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.browser.phone import WECHAT
from tests.browser.states.made import me


@dataclass(frozen=True)
class State:
    """See the package's text. It is reached by loading the page once; no server takes part."""

    name: str
    me: Any = field(default_factory=me)
    steps: tuple[str, ...] = ()
    shows: str = "main"
    api: Mapping[str, Any] = field(default_factory=dict)
    """`METHOD /path` -> body, function that returns it, `Answer`, or a list of these, one for each call; the last one
    is repeated. `*` in the path stands for an id. What is missing here comes from `made.ANSWERS`."""
    stored: Mapping[str, Any] = field(default_factory=dict)
    """Key -> value of localStorage, which is kept as JSON unless it is a string."""
    path: str = "/"
    """May have a query and a hash."""
    later: int = 0
    agent: str = WECHAT
    small: bool = False
    """It is also drawn at 360×640."""
    whole: bool = False
    """The whole page is drawn too, not only what the first screen shows."""


@dataclass(frozen=True)
class Theme:
    """`slug` is in the name of the contact sheet's file."""

    slug: str
    name: str
    states: tuple[State, ...]
