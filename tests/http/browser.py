"""A client of the application, with API Gateway emulated in-process. Checks every answer against docs/openapi.yaml."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from infra.local.gateway import Gateway
from infra.local.proxy_event import HttpRequest
from tests.http.openapi_check import check_answer


@dataclass(frozen=True)
class Answer:
    """An HTTP response; header names in lower case, each with all its values."""

    status: int
    headers: Mapping[str, list[str]]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The error's code, "" for a success."""
        return "" if self.status < 400 else str(self.json["error"]["code"])

    @property
    def outcome(self) -> tuple[int, str]:
        return self.status, self.code

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), [""])[-1]

    @property
    def cookies(self) -> dict[str, str]:
        """Set-Cookie lines by the cookie's name."""
        return {line.split("=")[0]: line for line in self.headers.get("set-cookie", [])}


@dataclass
class Browser:
    """A browser with its own cookies; `jar` may be read and changed."""

    gateway: Gateway
    jar: dict[str, str] = field(default_factory=dict)

    def get(self, target: str, **headers: str) -> Answer:
        return self.request("GET", target, headers=headers)

    def post(self, target: str, value: object = None) -> Answer:
        return self.send("POST", target, value)

    def put(self, target: str, value: object) -> Answer:
        return self.send("PUT", target, value)

    def send(self, method: str, target: str, value: object = None) -> Answer:
        """Sends `value` as JSON; None means no body."""
        body = b"" if value is None else json.dumps(value).encode()
        return self.request(method, target, body, {"Content-Type": "application/json"})

    def request(self, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """Header names may be written with underscores. Like a browser's scripts, it sends `Accept: */*`."""
        lines = [(name.replace("_", "-"), value) for name, value in {"Accept": "*/*", **(headers or {})}.items()]
        if self.jar and "Cookie" not in (headers or {}):
            lines.append(("Cookie", "; ".join(f"{name}={value}" for name, value in self.jar.items())))
        response = self.gateway.answer(HttpRequest(method, target, lines, body))
        found: dict[str, list[str]] = {}
        for name, value in response.headers:
            found.setdefault(name.lower(), []).append(value)
        answer = Answer(response.status, found, response.body)
        check_answer(method, target, answer.status, answer.header("Content-Type"), answer.body)
        must_wait = answer.status in (429, 503) and answer.header("Content-Type") == "application/json"
        assert must_wait is ("retry-after" in found), f"{method} {target} answers {answer.status}"
        self._keep_cookies(answer)
        return answer

    def _keep_cookies(self, answer: Answer) -> None:
        for line in answer.headers.get("set-cookie", []):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.jar.pop(name, None)
                else:
                    self.jar[name] = morsel.value
