"""The WeChat account's own API in memory: codes, customer messages, the menu and the followers."""

from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.errors import TryAgain
from tests.support.world import World


@dataclass
class FakeAccount:
    world: World
    made: list[tuple[str, bool]] = field(default_factory=list)
    """Scene and permanence of each code."""
    told: list[tuple[str, str]] = field(default_factory=list)
    """Customer messages that arrived."""
    published: dict[str, Any] | None = None
    everybody: list[str] = field(default_factory=list)
    """Openids of all followers, in the order in which WeChat lists them."""
    page: int = 3
    silent: bool = False

    def token(self) -> str:
        with self._call("token"):
            return "token"

    def ticket(self) -> str:
        with self._call("ticket"):
            return "ticket"

    def sdk(self, url: str, timestamp: int, nonce: str) -> dict[str, Any]:
        with self._call("sdk"):
            return {"timestamp": timestamp, "nonceStr": nonce}

    def code(self, scene: str, permanent: bool) -> str:
        with self._call("code"):
            self.made.append((scene, permanent))
            return f"http://weixin.example/q/{len(self.made)}"

    def tell(self, openid: str, text: str) -> None:
        with self._call("tell"):
            self.told.append((openid, text))

    def menu(self) -> dict[str, Any] | None:
        with self._call("menu"):
            return self.published

    def publish_menu(self, menu: dict[str, Any]) -> None:
        with self._call("publish_menu"):
            self.published = menu

    def remove_menu(self) -> None:
        with self._call("remove_menu"):
            self.published = None

    def followers(self, after: str) -> tuple[list[str], str]:
        with self._call("followers"):
            start = self.everybody.index(after) + 1 if after else 0
            openids = self.everybody[start : start + self.page]
            return openids, openids[-1] if openids else ""

    def _call(self, name: str) -> Any:
        if self.silent:
            raise TryAgain
        return self.world.call(f"account.{name}")
