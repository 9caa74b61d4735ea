"""The port for the account's own server, to which the callback passes on messages that do not concern the contest."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """One of WeChat's requests, unchanged."""

    query: str = field(repr=False)
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """The headers that describe the body and its sender."""
    begun: float
    """The time at which its handling began, in seconds of the monotonic clock."""


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """The own server's answer, which WeChat gets unchanged: empty or `success` (both mean no reply), or XML, perhaps
    encrypted."""

    body: bytes = field(repr=False)
    content_type: str = "text/xml"

    @property
    def is_reply(self) -> bool:
        return self.body not in (b"", b"success")


class OwnServer(Protocol):
    """Neither call raises, since the contest must go on without the own server. Failures are counted."""

    def pass_on(self, request: CallbackRequest) -> OwnAnswer | None:
        """Asks the own server once. Returns None if it does not answer in time, or if WeChat would not take its
        answer."""
        ...

    def sending_in_background(self, request: CallbackRequest) -> AbstractContextManager[None]:
        """Sends the own server one of our events while the block runs. At the block's end, waits a moment, then drops a
        request that is not sent yet."""
        ...


@dataclass(frozen=True, slots=True)
class RelayOutcome:
    """The outcome of one message that was passed on."""

    failure: str = ""
    """The reason why there is no answer, as in the metric RelaysFailed; empty if there is an answer."""
    has_reply: bool = False
    """False for an answer that means no reply."""
    milliseconds: int = 0
