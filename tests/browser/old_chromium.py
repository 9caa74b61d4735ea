"""Chromium 64, the oldest browser that the page supports, driven by the DevTools protocol: Playwright cannot.

infra/local/setup.sh installs it.
"""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from websockets.sync.client import ClientConnection, connect

from infra.project import ROOT

CHROMIUM_64 = ROOT / ".local" / "old-chromium" / "chromium"
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
_LISTENING = "DevTools listening on ws://"
_SECONDS = 10
WIDTH, HEIGHT = 360, 640


class OldPage:
    """Its one page. `faults` are the exceptions and errors that it reported."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection, self._calls = connection, 0
        self.faults: list[str] = []
        for domain in ("Page", "Runtime", "Network"):
            self.call(f"{domain}.enable")
        screen = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 2, "mobile": True}
        self.call("Emulation.setDeviceMetricsOverride", **screen)

    def call(self, method: str, **parameters: object) -> Any:
        """One command of the protocol; returns its result."""
        self._calls += 1
        self._connection.send(json.dumps({"id": self._calls, "method": method, "params": parameters}))
        while True:
            told = json.loads(self._connection.recv(timeout=_SECONDS))
            if told.get("id") == self._calls:
                assert "error" not in told, told
                return told["result"]
            self._hear(told)

    def _hear(self, event: dict[str, Any]) -> None:
        given = event["params"]
        if event["method"] == "Runtime.exceptionThrown":
            self.faults.append(given["exceptionDetails"].get("exception", given["exceptionDetails"])["description"])
        if event["method"] == "Runtime.consoleAPICalled" and given["type"] in ("error", "warning"):
            self.faults.append(str(given["args"]))

    def evaluate(self, expression: str) -> Any:
        told = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def until(self, expression: str) -> None:
        """Waits until the condition holds."""
        deadline = time.monotonic() + _SECONDS
        while not self.evaluate(f"Boolean({expression})"):
            assert time.monotonic() < deadline, (expression, self.evaluate("document.body.innerText"), self.faults)
            time.sleep(0.02)

    def goto(self, url: str) -> None:
        self.call("Page.navigate", url=url)

    def shows(self, screen: str) -> None:
        self.until(f"document.querySelector('main') && document.querySelector('main').dataset.screen === '{screen}'")

    def press(self, selector: str, at: int = 0) -> None:
        """Clicks the middle of an element, as a finger would: also its focus changes."""
        self.until(f"document.querySelectorAll('{selector}').length > {at}")
        x, y = self.evaluate(f"""(() => {{
          const element = document.querySelectorAll('{selector}')[{at}];
          element.scrollIntoView({{ block: 'center' }});
          const box = element.getBoundingClientRect();
          return [box.left + box.width / 2, box.top + box.height / 2];
        }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def style(self, selector: str, name: str) -> str:
        return str(self.evaluate(f"getComputedStyle(document.querySelector('{selector}')).{name}"))


@contextmanager
def old_page(home: Path) -> Iterator[OldPage]:
    """Starts the browser with a profile in `home`."""
    assert CHROMIUM_64.is_file(), f"{CHROMIUM_64} is missing: run `make setup`"
    command = [str(CHROMIUM_64), *_FLAGS, f"--user-data-dir={home}"]
    browser = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert browser.stderr is not None
        line = next(line for line in browser.stderr if line.startswith(_LISTENING))
        host = line.removeprefix(_LISTENING).split("/")[0]
        # The first tab may not be there yet.
        address = requests.get(f"http://{host}/json/new", timeout=_SECONDS).json()["webSocketDebuggerUrl"]
        with connect(address, compression=None, max_size=None, ping_interval=None, proxy=None) as connection:
            yield OldPage(connection)
    finally:
        browser.kill()
        browser.communicate()
