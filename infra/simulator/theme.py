"""The contest's theme, for the phone's title bar: asked of the application now and then."""

import time

import requests

KEEP_SECONDS = 60.0
TIMEOUT_SECONDS = 2.0


class Theme:
    def __init__(self, public_base_url: str) -> None:
        self._url = public_base_url + "/api/contest"
        self._known, self._until = "", 0.0

    def read(self) -> str:
        """Empty while the application cannot be reached. Takes no lock: two at once merely ask twice."""
        if not self._known or time.monotonic() >= self._until:
            self._known, self._until = self._ask(), time.monotonic() + KEEP_SECONDS
        return self._known

    def _ask(self) -> str:
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.get(self._url, timeout=TIMEOUT_SECONDS, allow_redirects=False)
                theme = answer.json().get("theme", "")
        except (requests.RequestException, ValueError, AttributeError):
            return ""
        return theme if isinstance(theme, str) else ""
