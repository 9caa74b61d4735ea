"""Ports for WeChat's platform: sign-in, credentials, and what the official account can do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person that the web authorization identified. A snapshot user's openid is virtual; it is granted nothing."""

    openid: str
    snapshot: bool


class VisitorSignIn(Protocol):
    """Identifies a visitor of the page, and checks whether they follow the account."""

    def identify_visitor(self, code: str) -> Visitor | None:
        """Exchanges an authorization code; None if it is invalid. Raises CodeUsed, TryAgain when WeChat is silent."""
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

    def read_credential(self, name: str) -> Credential | None: ...

    def lease_refresh(self, name: str, seen: str, now: datetime, until: datetime) -> bool:
        """Takes the exclusive right to refresh a credential until `until`. False when another instance has it.

        False also when the value differs from `seen` (empty for none): another instance has refreshed it since.
        """
        ...

    def store_credential(self, name: str, credential: Credential) -> None:
        """Stores a new credential and ends the lease."""
        ...

    def count_force(self, name: str, day: str, most: int) -> bool:
        """Counts a forced refresh on `day` (ISO date). False, without counting it, after `most` on that day."""
        ...


class CustomerMessages(Protocol):
    def send_text(self, openid: str, text: str) -> None:
        """Raises TryAgain when WeChat refuses it or is silent."""
        ...


class Codes(Protocol):
    def create_code(self, scene: str, permanent: bool) -> str:
        """Returns the address to encode in a QR code with this scene (1 to 64 characters). Raises TryAgain."""
        ...


class Menus(Protocol):
    """The account's menu, in the format of WeChat's menu API. Each call raises TryAgain."""

    def read_menu(self) -> dict[str, Any] | None: ...

    def publish_menu(self, menu: dict[str, Any]) -> None: ...

    def remove_menu(self) -> None: ...


class Platform(Menus, Protocol):
    """WeChat's platform, with its own credentials. Each call raises TryAgain, or WeChatRefused with WeChat's code."""

    def get_access_token(self) -> str: ...

    def get_js_ticket(self) -> str:
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
    def followers_page(self, after: str) -> tuple[list[str], str]:
        """Returns at most 10,000 openids after `after`, and the start of the next page. Raises TryAgain."""
        ...


class OfficialAccount(Codes, CustomerMessages, FollowerPages, Platform, Protocol):
    """The official account's own API."""

    def sign_page(self, url: str, timestamp: int, nonce: str) -> dict[str, Any]:
        """Returns the parameters of `wx.config` for the page at `url`. Raises TryAgain."""
        ...
