"""The desk at the end of the week: a unit hands in, and the figures and the report are fetched as the office does."""

import json
from pathlib import Path
from typing import Any

import aiohttp

from chalicelib.domain.contest import Contest
from infra.local.local_stack import Stack
from infra.rehearsal.operator_console import Operate

CONTACT = {"name1": "演练联络人", "post1": "科员", "telephone1": "13800000000", "posters": "20", "leaflets": "300"}
STORY = {"text": "演练：张贴海报，入户宣传。"}


class DeskFailed(Exception):
    """The desk did not answer as it should; the text says what."""


async def hand_in(stack: Stack, contest: Contest, operate: Operate) -> int:
    """A unit hands in contacts, an event and a text by its own link. Returns how many units did: none without any."""
    units = contest.unit_names[:1]
    day = {"day": f"{contest.window.opens_at:%Y-%m-%d}", "time": "09:30", "place": "演练广场", "title": "诚信宣传"}
    for unit in units:
        async with _browser(stack) as browser:
            await _enter(stack, browser, await _link(operate, "--role", "unit", "--unit", unit))
            for what, form in (("contacts", CONTACT), ("events", {**day, "people": "120"}), ("story", STORY)):
                await _fetch(browser, "POST", f"{stack.url}/desk/unit/{what}", {"revision": "0", **form})
    return len(units)


async def fetch_report(stack: Stack, folder: Path, operate: Operate) -> list[Path]:
    """Writes the report's draft and the workbook of figures into `folder`, and returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"report": "报告草稿.html", "report.xlsx": "数据表.xlsx"}
    async with _browser(stack) as browser:
        await _enter(stack, browser, await _link(operate, "--role", "viewer"))
        for what, name in files.items():
            content = await _fetch(browser, "GET", f"{stack.url}/desk/figures/{what}")
            (folder / name).write_bytes(content)
    return [folder / name for name in files.values()]


async def editors_link(operate: Operate) -> tuple[str, str]:
    """Returns the link and its PIN."""
    made = await _link(operate, "--role", "editor")
    return made["link"], made["pin"]


def _browser(stack: Stack) -> aiohttp.ClientSession:
    jar = aiohttp.CookieJar(unsafe=True, quote_cookie=False)
    return aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": stack.url})


async def _enter(stack: Stack, browser: aiohttp.ClientSession, made: Any) -> None:
    body = {"token": made["link"].partition("#")[2], "pin": ""}
    async with browser.post(f"{stack.url}/desk/session", json=body) as answer:
        if answer.status != 200:
            raise DeskFailed(f"POST /desk/session → {answer.status}")


async def _link(operate: Operate, *role: str) -> Any:
    done = await operate("desk", "link", *role, "--for", "演练", "--json", "--yes")
    if done.returncode:
        raise DeskFailed(f"./contest desk link：{done.stderr}")
    return json.loads(done.stdout)


async def _fetch(browser: aiohttp.ClientSession, method: str, url: str, form: Any = None) -> bytes:
    async with browser.request(method, url, data=form) as answer:
        content = await answer.read()
        if answer.status != 200:
            raise DeskFailed(f"{method} {answer.url.path} → {answer.status}")
        return content
