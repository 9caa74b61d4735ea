"""Ports for tokens, queues, WeChat and WeChat Pay."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.claims import ClaimRef, SendOrder
from chalicelib.domain.conversation import IncomingMessage
from chalicelib.domain.payouts import Answer
from chalicelib.domain.quiz import Draw


class AttemptTokens(Protocol):
    """Draws that travel with the client: authentic, bound to one participant, telling nothing of the right answers."""

    def seal_draw(self, openid: str, draw: Draw) -> str: ...

    def unseal_draw(self, openid: str, attempt_id: str, token: str) -> Draw:
        """Raises AttemptInvalid for a forged or foreign token, also of an unknown version or another contest."""
        ...


class ShareCodes(Protocol):
    """Codes that name a sharer without showing their openid."""

    def of(self, openid: str) -> str: ...

    def sharer(self, code: str) -> str | None:
        """The openid behind a code; None for one that is not ours."""
        ...


class Sessions(Protocol):
    """The signed-in participant of a request."""

    def start(self, openid: str, now: datetime) -> str:
        """The Set-Cookie header that signs a participant in."""
        ...

    def openid(self, request: Any, now: datetime) -> str:
        """Raises NotSignedIn for a missing, forged or expired session."""
        ...


class SealedState(Protocol):
    """What a browser keeps for us while it is at WeChat's authorization."""

    def seal(self, value: Any, now: datetime) -> str: ...

    def open_within(self, token: str, seconds: int, now: datetime) -> Any:
        """The value, if it was sealed at most `seconds` ago. Raises ValueError."""
        ...


class PayoutQueue(Protocol):
    def put_payout(self, ref: ClaimRef, ask: bool = False) -> bool:
        """Queues a payout job; with `ask`, one that only asks WeChat Pay.

        False when the queue did not take it: the sweep will find the claim.
        """
        ...


class LaterQueue(Protocol):
    """Jobs that are done after the callback has been answered."""

    def put_event(self, event: IncomingMessage) -> bool:
        """Queues an event that the store could not take. False when the queue did not take it either."""
        ...

    def put_notice(self, openid: str) -> bool:
        """Queues a message to a sharer. False when the queue did not take it, which harms nothing."""
        ...


class PayoutProvider(Protocol):
    """A payment product of WeChat Pay: its order, its sending, its asking, and the meaning of what it answers.

    Never raises for what WeChat Pay, or the way to it, does.
    """

    product: str

    def order(self, mch_billno: str, openid: str, amount_fen: int) -> SendOrder:
        """Everything that a send must say, and a repeat must say again. Needs no secret, and nothing heavy."""
        ...

    def prepare(self) -> None:
        """Reads the secrets and makes the client. Raises SettingsError: before anything is taken to be sent."""
        ...

    def send(self, order: SendOrder) -> Answer: ...

    def query(self, mch_billno: str) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whom the web authorization named. A snapshot user has a virtual openid: nothing is granted to it."""

    openid: str
    snapshot: bool


class WeChat(Protocol):
    def visitor(self, code: str) -> Visitor | None:
        """Exchanges an authorization code; None for one invalid or used. Raises TryAgain when WeChat is silent."""
        ...

    def is_following(self, openid: str) -> bool:
        """Asks user/info; False also for an openid that is not the account's. Raises TryAgain when WeChat is silent."""
        ...


@dataclass(frozen=True, slots=True)
class Credential:
    """Of the account at WeChat's platform."""

    value: str
    expires_at: datetime


class CredentialStore(Protocol):
    """The account's credentials, which all instances share."""

    def read(self, name: str) -> Credential | None: ...

    def lease(self, name: str, seen: str, now: datetime, until: datetime) -> bool:
        """Whether this instance, and for a while no other, may refresh it.

        Not when its value is another one than was `seen` (empty for none): somebody has refreshed it since.
        """
        ...

    def store(self, name: str, credential: Credential) -> None:
        """Stores a new one and ends the lease."""
        ...


class CustomerMessages(Protocol):
    def tell(self, openid: str, text: str) -> None:
        """Raises TryAgain when WeChat refuses it or is silent."""
        ...


class Codes(Protocol):
    def code(self, scene: str, permanent: bool) -> str:
        """The address that a QR code with this scene (1 to 64 characters) must show. Raises TryAgain."""
        ...


class Menus(Protocol):
    """The account's menu, as WeChat's menu API takes it. Each call raises TryAgain."""

    def menu(self) -> dict[str, Any] | None: ...

    def publish_menu(self, menu: dict[str, Any]) -> None: ...

    def remove_menu(self) -> None: ...


class Platform(Menus, Protocol):
    """WeChat's platform, by credentials of its own. Each call raises TryAgain, or WeChatRefused with WeChat's code."""

    def token(self) -> str: ...

    def ticket(self) -> str:
        """The JS-SDK's."""
        ...


@dataclass(frozen=True, slots=True)
class PlatformAnswers:
    """WeChat's error code for each call: 0 when it gave what was asked for, None when it was silent.

    `shown` is the account's menu as `publish_menu` takes it; None also when there is none.
    """

    token: int | None
    ticket: int | None
    menu: int | None
    shown: dict[str, Any] | None = None


class FollowerPages(Protocol):
    def followers(self, after: str) -> tuple[list[str], str]:
        """At most 10,000 openids behind `after`, and where the next page begins. Raises TryAgain."""
        ...


class OfficialAccount(Codes, CustomerMessages, FollowerPages, Platform, Protocol):
    """The official account's own API."""

    def sdk(self, url: str, timestamp: int, nonce: str) -> dict[str, Any]:
        """What `wx.config` needs on the page at `url`. Raises TryAgain."""
        ...
