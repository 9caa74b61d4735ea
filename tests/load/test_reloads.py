"""A played person reloads what did not load, at the address that was refused."""

import asyncio
from collections.abc import Iterator
from random import Random

import aiohttp
import pytest
from aiohttp import web

from infra.page_waits import page_waits
from infra.rehearsal import phone as played
from infra.rehearsal.journal import Journal
from infra.rehearsal.phone import Phone, Place


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        (["/b", 503, 200], ["/a", "/b", "/b"]),
        (["/b?e=busy", 200, 200], ["/a", "/b?e=busy", "/a"]),
    ],
)
def test_a_page_is_reloaded(answers: list[str | int], asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(played, "people", lambda _: (0.0, 0.0))
    seen, journal = asyncio.run(_open("/a", iter(answers)))
    assert seen == asked
    assert journal.failures == {("page", "try_again"): 1}
    assert journal.requests == len(asked)


def _redirect(target: str) -> web.Response:
    return web.Response(status=302, headers={"Location": target})


async def _open(path: str, answers: Iterator[str | int]) -> tuple[list[str], Journal]:
    seen, journal = list[str](), Journal()

    async def answer(request: web.BaseRequest) -> web.Response:
        seen.append(request.path_qs)
        given = next(answers)
        return web.Response(status=given) if isinstance(given, int) else _redirect(given)

    server = web.Server(answer)
    runner = web.ServerRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    connector = aiohttp.TCPConnector()
    app = f"http://127.0.0.1:{runner.addresses[0][1]}"
    phone = Phone(Place(app, "", connector, page_waits()), journal, Random(1))
    try:
        await phone.open("page", app + path)
    finally:
        await phone.browser.close()
        await connector.close()
        await runner.cleanup()
    return seen, journal
