"""A citizen of the rehearsal: the walker of the local stack over TLS, with further steps for refusals and for
friends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.rehearsal.rehearsal_environment import RehearsalEnvironment
from tests.walk.walker import Walker, WalkError

_HTTP_SECONDS = 15


@dataclass
class Citizen(Walker):
    def is_refused(self, method: str, path: str, status: int, code: str) -> str:
        """Raises `WalkError` on any other answer than this error."""
        answer = self.browser.request(method, self.app + path, json={}, timeout=_HTTP_SECONDS)
        if answer.status_code != status or answer.json()["error"]["code"] != code:
            raise WalkError(f"{method} {path} → {answer.status_code} {answer.text[:300]}")
        return f"{status} {code}"

    def contest(self) -> Mapping[str, Any]:
        return dict(self._api("GET", "/api/contest"))

    def me(self) -> Mapping[str, Any]:
        return dict(self._api("GET", "/api/me"))

    def claims(self) -> list[Mapping[str, Any]]:
        return list(self._api("GET", "/api/claims")["claims"])

    def become_a_person(self, name: str) -> None:
        """Makes the person in the simulator, not yet as a follower."""
        self.person = self._ask("POST", f"{self.simulator}/sim/people", 201, json={"name": name})
        self.browser.cookies.set("sim_person", self.person["id"])

    def follow_now(self) -> str:
        delivery = self._act("follow", {})
        if not delivery["delivered"]:
            raise WalkError(f"公众号没有应答：{delivery}")
        return str((delivery["reply"] or {}).get("text", ""))

    def share_link(self) -> str:
        answer = self.browser.get(f"{self.app}/api/share", params={"url": f"{self.app}/"}, timeout=_HTTP_SECONDS)
        if answer.status_code != 200:
            raise WalkError(f"GET /api/share → {answer.status_code} {answer.text[:300]}")
        return str(answer.json()["link"])

    def open_a_link(self, link: str) -> None:
        landed = self.browser.get(link, timeout=_HTTP_SECONDS)
        if landed.status_code != 200:
            raise WalkError(f"{link} → {landed.status_code} {landed.url}")

    def unwrap(self) -> str:
        """Opens every red packet that WeChat Pay has brought."""
        packets = self.payments()
        for one in packets:
            self._act(f"packets/{one['mch_billno']}/open", {})
        return f"{len(packets)} 个"

    def messages(self) -> list[str]:
        """The account's messages to this person, as on their phone."""
        seen = self._ask("GET", f"{self.simulator}/sim/people/{self.person['id']}")
        return [str(one.get("text", "")) for one in seen["chat"] if one["direction"] == "in"]

    def menu(self) -> list[str]:
        """The names of the account's buttons."""
        menu = self._ask("GET", f"{self.simulator}/sim/account")["menu"]
        return [str(button["name"]) for button in menu["button"]] if menu else []

    def set_menu(self, name: str, url: str) -> None:
        """Sets the menu that the account has before the contest."""
        body = {"button": [{"type": "view", "name": name, "url": url}]}
        self._ask("PUT", f"{self.simulator}/sim/menu", json=body)


def citizen_of(env: RehearsalEnvironment, bank: Any) -> Citizen:
    one = Citizen(env.address, env.simulator, bank)
    one.browser.verify = str(env.ca)
    return one
