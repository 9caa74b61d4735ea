"""A lived desk on a port, for browsers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from playwright.sync_api import Browser, Page, ViewportSize

import app
from chalicelib import wiring
from chalicelib.adapters.desk.desk_sessions import SealedDeskSessions
from chalicelib.adapters.sealing import Sealer
from chalicelib.domain.desk.desk_link import Role
from chalicelib.usecases.desk.desk_links import MadeLink
from functions.desk_route import HOMES, ROUTES
from infra.build.esbuild import MODULES, ensure_page
from infra.local.gateway import make_server
from tests.desk.desk_bench import Desk
from tests.desk.lived_desk import OTHER_UNIT, LivedDesk, lived_desk
from tests.support.ports import KEYS

WIDE, SMALL = ViewportSize(width=1366, height=768), ViewportSize(width=360, height=640)
FILES = (".xlsx", ".json", "/file", "/content", "/session")
"""The endings of paths that are no pages."""
_AXE = (MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
_RUN_AXE = f"() => {{ {_AXE}; return axe.run(document, {{ resultTypes: ['violations'], preload: false }}); }}"


@dataclass
class ServedDesk:
    lived: LivedDesk
    address: str

    def enter(self, browser: Browser, role: Role, size: ViewportSize = WIDE) -> tuple[Page, list[str]]:
        """Goes through a new link. Returns the role's first page, and the list of what the browser complains of."""
        made, page = self.lived.desk.link(role), browser.new_page(viewport=size)
        problems: list[str] = []
        page.on(
            "console",
            lambda told: problems.append(f"{told.text} {told.location['url']}") if told.type == "error" else None,
        )
        page.on("pageerror", lambda error: problems.append(str(error)))
        self.open(page, made)
        problems.clear()  # an editor without a PIN is refused first
        return page, problems

    def open(self, page: Page, made: MadeLink) -> None:
        page.goto(f"{self.address}/desk#{made.token}")
        if made.pin:
            page.get_by_label("六位口令").fill(made.pin)
            page.get_by_role("button", name="进入").click()
        page.wait_for_url(f"{self.address}{HOMES[made.link.role]}*")

    def paths(self, role: Role) -> list[str]:
        """All pages of the role."""
        paths = [one.path for one in ROUTES if one.method == "GET" and role in one.roles]
        pages = [one for one in paths if not one.endswith(FILES)]
        if role is not Role.EDITOR:
            pages.remove("/desk/files/{job_id}")  # which only who asked for it may see
        return [self._whole(path) for path in pages]

    def _whole(self, path: str) -> str:
        query = {
            "/desk/contacts/edit": f"?unit={OTHER_UNIT}",
            "/desk/units/one": f"?unit={OTHER_UNIT}",
            "/desk/materials/{kind}": f"?unit={OTHER_UNIT}",
            "/desk/people": f"?packet={self.lived.claim.packet.number}",
        }
        return path.replace("{job_id}", self.lived.job_id).replace("{kind}", "stickers") + query.get(path, "")


def violations(page: Page) -> list[str]:
    """What axe finds."""
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in page.evaluate(_RUN_AXE)["violations"]]


@contextmanager
def served_desk() -> Iterator[ServedDesk]:
    ensure_page()
    lived = lived_desk()
    with served(lived.desk) as address:
        lived.desk.browser().get("/desk")  # registers the routes
        yield ServedDesk(lived, address)


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """Yields the desk's address. At the end the services are gone."""
    server = make_server(app.app, 0)
    address = f"http://127.0.0.1:{server.server_port}"
    desk.services.settings = replace(desk.services.settings, stage="local", public_base_url=address)
    desk.ports.desk_sessions = SealedDeskSessions(Sealer(KEYS, "desk-session"), "test", secure=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
        wiring.install(None)
