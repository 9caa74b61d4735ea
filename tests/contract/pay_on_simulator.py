"""What the contract suites of both payment products share: WeChat Pay as the simulator plays it."""

from dataclasses import dataclass
from typing import Any

import requests

from chalicelib.ports import PayoutProvider


@dataclass
class SimulatedPay:
    """The provider on a running simulator at `url`, and the openid of a follower there."""

    url: str
    provider: PayoutProvider
    openid: str = ""

    def __post_init__(self) -> None:
        person = self.control("people", {})
        self.control(f"people/{person['id']}/follow", {"send": False})
        self.openid = person["openid"]

    def control(self, path: str, body: Any) -> Any:
        answer = requests.post(f"{self.url}/sim/{path}", json=body, timeout=5)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def read(self, path: str) -> Any:
        return requests.get(f"{self.url}/sim/{path}", timeout=5).json()
