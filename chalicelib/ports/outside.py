"""Ports for tokens, queues, WeChat and WeChat Pay."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.claims import ClaimRef, SendOrder
from chalicelib.domain.conversation import IncomingMessage
from chalicelib.domain.payouts import Answer
from chalicelib.domain.quiz import Draw


class AttemptTokens(Protocol):
    """Tokens that carry a draw through the client: authentic, bound to one participant, without the right answers."""

    def seal_draw(self, openid: str, draw: Draw) -> str: ...

    def unseal_draw(self, openid: str, attempt_id: str, token: str) -> Draw:
        """Raises AttemptInvalid if the token is forged, or of another participant, contest or an unknown version."""
        ...


class ShareCodes(Protocol):
    """Codes that identify a sharer without revealing their openid."""

    def of(self, openid: str) -> str: ...

    def sharer(self, code: str) -> str | None:
        """Returns the sharer's openid; None for a code that is not ours."""
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
    """State that the browser keeps for us during WeChat's authorization."""

    def seal(self, value: Any, now: datetime) -> str: ...

    def open_within(self, token: str, seconds: int, now: datetime) -> Any:
        """The value, if it was sealed at most `seconds` ago. Raises ValueError."""
        ...


class PayoutQueue(Protocol):
    def put_payout(self, ref: ClaimRef, ask: bool = False) -> bool:
        """Queues a payout job; with `ask`, one that only asks WeChat Pay.

        False when the queue did not take it; the sweep will find the claim.
        """
        ...


class LaterQueue(Protocol):
    """Jobs that run after the callback has been answered."""

    def put_event(self, event: IncomingMessage) -> bool:
        """Queues an event that could not be stored. False when the queue did not take it either."""
        ...

    def put_notice(self, openid: str) -> bool:
        """Queues a message to a sharer. False when the queue did not take it, which is harmless."""
        ...


class PayoutProvider(Protocol):
    """A payment product of WeChat Pay: its order, its calls to send and query, and the meaning of their answers.

    Sending and querying never raise because of WeChat Pay or the network.
    """

    product: str

    def order(self, mch_billno: str, openid: str, amount_fen: int) -> SendOrder:
        """All parameters of a send; a repeat sends the same ones. Needs no secrets and no heavy imports."""
        ...

    def prepare(self) -> None:
        """Reads the secrets and makes the client, before any claim is marked as sending. Raises SettingsError."""
        ...

    def send(self, order: SendOrder) -> Answer: ...

    def query(self, mch_billno: str) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person that the web authorization identified. A snapshot user's openid is virtual; it is granted nothing."""

    openid: str
    snapshot: bool


class WeChat(Protocol):
    def visitor(self, code: str) -> Visitor | None:
        """Exchanges an authorization code; None if it is invalid or used. Raises TryAgain when WeChat is silent."""
        ...

    def is_following(self, openid: str) -> bool:
        """Asks user/info; False also for another account's openid. Raises TryAgain when WeChat is silent."""
        ...


@dataclass(frozen=True, slots=True)
class Credential:
    """An access token or JS-SDK ticket of the account."""

    value: str
    expires_at: datetime


class CredentialStore(Protocol):
    """The account's credentials, shared by all instances."""

    def read(self, name: str) -> Credential | None: ...

    def lease(self, name: str, seen: str, now: datetime, until: datetime) -> bool:
        """Takes the exclusive right to refresh a credential until `until`. False when another instance has it.

        False also when the value differs from `seen` (empty for none): another instance has refreshed it since.
        """
        ...

    def store(self, name: str, credential: Credential) -> None:
        """Stores a new credential and ends the lease."""
        ...


class CustomerMessages(Protocol):
    def tell(self, openid: str, text: str) -> None:
        """Raises TryAgain when WeChat refuses it or is silent."""
        ...


class Codes(Protocol):
    def code(self, scene: str, permanent: bool) -> str:
        """Returns the address to encode in a QR code with this scene (1 to 64 characters). Raises TryAgain."""
        ...


class Menus(Protocol):
    """The account's menu, in the format of WeChat's menu API. Each call raises TryAgain."""

    def menu(self) -> dict[str, Any] | None: ...

    def publish_menu(self, menu: dict[str, Any]) -> None: ...

    def remove_menu(self) -> None: ...


class Platform(Menus, Protocol):
    """WeChat's platform, with its own credentials. Each call raises TryAgain, or WeChatRefused with WeChat's code."""

    def token(self) -> str: ...

    def ticket(self) -> str:
        """Returns the JS-SDK ticket."""
        ...


@dataclass(frozen=True, slots=True)
class PlatformAnswers:
    """WeChat's error code for each call: 0 for success, None for no answer.

    `shown` is the account's menu as `publish_menu` takes it; None also when there is no menu.
    """

    token: int | None
    ticket: int | None
    menu: int | None
    shown: dict[str, Any] | None = None


class FollowerPages(Protocol):
    def followers(self, after: str) -> tuple[list[str], str]:
        """Returns at most 10,000 openids after `after`, and the start of the next page. Raises TryAgain."""
        ...


class OfficialAccount(Codes, CustomerMessages, FollowerPages, Platform, Protocol):
    """The official account's own API."""

    def sdk(self, url: str, timestamp: int, nonce: str) -> dict[str, Any]:
        """Returns the parameters of `wx.config` for the page at `url`. Raises TryAgain."""
        ...
