"""The port for the account's own server, to which the callback passes on what is not the contest's."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """A request of WeChat's as it came: what it says, nobody here has changed."""

    query: str = field(repr=False)
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """Those that describe the body and its sender."""
    begun: float
    """When its handling began, in seconds of the monotonic clock."""


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer for WeChat, to be given unchanged: empty, `success` (both mean no reply), or XML, perhaps encrypted."""

    body: bytes = field(repr=False)
    content_type: str = "text/xml"

    @property
    def is_reply(self) -> bool:
        return self.body not in (b"", b"success")


class OwnServer(Protocol):
    """Neither call raises: the contest goes on whatever becomes of the own server. Failures are counted."""

    def pass_on(self, request: CallbackRequest) -> OwnAnswer | None:
        """Asks it once. None if it has no answer in time, or one that WeChat would not take."""
        ...

    def tell_meanwhile(self, request: CallbackRequest) -> AbstractContextManager[None]:
        """Sends it an event of ours while the block runs. At its end waits a moment, then drops what is not out."""
        ...


@dataclass(frozen=True, slots=True)
class RelayOutcome:
    """What became of one message that was passed on."""

    failure: str = ""
    """Why there is no answer, as the metric RelaysFailed names it; empty for an answer."""
    has_reply: bool = False
    """False for an answer that means no reply."""
    milliseconds: int = 0
