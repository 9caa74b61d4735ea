"""The desk's own routes: one table with the roles of each, and the way from a request to a page.

They stand apart from Chalice's, so that the citizens' requests import nothing of the desk (`functions/desk.py`).
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from chalice.app import Request, Response

from chalicelib.adapters.desk.desk_pages import PRIVATE, render
from chalicelib.adapters.desk.desk_visitor import DeskVisitor, NavItem
from chalicelib.adapters.http.error_answers import ERRORS, retry_after
from chalicelib.adapters.http.responses import json_response
from chalicelib.adapters.logs import where
from chalicelib.domain.desk.desk_errors import ChangedMeanwhile, DeskRefused
from chalicelib.domain.desk.desk_link import DeskLink, Role
from chalicelib.domain.errors import ContestError, NotSignedIn
from chalicelib.domain.reporting import ReportingUnit
from chalicelib.wiring import services

log = logging.getLogger(__name__)
View = Callable[..., Response]
EDITOR, VIEWER, UNIT = Role.EDITOR, Role.VIEWER, Role.UNIT
HOMES = {EDITOR: "/desk/home", VIEWER: "/desk/board", UNIT: "/desk/unit"}
"""Where a role's visit begins."""
MENU = "首页 大屏 数据与日报 联络人 各单位 宣传品 题目 参与者 开关 本单位".split()
"""The menu's order: as the work goes on."""
TEXTS = {
    "not_signed_in": "请用管理员发给您的链接重新进入工作台。",
    "not_found": "没有这个页面。",
    "method_not_allowed": "不支持这种请求方式。",
    "bad_request": "提交的内容有误，请返回重试。",
    "too_large": "文件太大了。",
}
"""The desk's own texts of errors; for others the participants' serve."""


@dataclass(frozen=True, slots=True)
class DeskRoute:
    """A view takes the visitor, and the path's parts in braces by name."""

    method: str
    path: str
    roles: frozenset[Role]
    """Empty for the few pages that need no link."""
    view: View
    nav: str
    """The page's title in the menu of its roles; empty for a page that is not in it."""
    as_json: bool
    """Whether a script asks, which gets errors as JSON."""
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        pattern = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]{1,200})", self.path))
        object.__setattr__(self, "pattern", pattern)

    def parts(self, path: str) -> dict[str, str] | None:
        """Returns the values of the path's parts in braces; None for another path, or a part too long for a key."""
        found = self.pattern.fullmatch(path)
        return found.groupdict() if found else None


ROUTES: list[DeskRoute] = []


def desk_route(method: str, path: str, *roles: Role, nav: str = "", as_json: bool = False) -> Callable[[View], View]:
    """Registers a view for these roles. The module must be named in `functions/desk.py`."""

    def register(view: View) -> View:
        ROUTES.append(DeskRoute(method, path, frozenset(roles), view, nav, as_json))
        return view

    return register


def answer(request: Request, path: str) -> Response:
    """Answers any request under /desk."""
    visitor = _visitor(request, path, None)
    found = [(one, parts) for one in ROUTES if (parts := one.parts(path)) is not None]
    route, parts = next(((one, parts) for one, parts in found if one.method == request.method), (None, {}))
    if route is None:
        return _refused(visitor, *_words("method_not_allowed" if found else "not_found"), as_json=False)
    try:
        if route.roles:
            visitor = _visitor(request, path, _link(request))
            if visitor.link.role not in route.roles:
                raise DeskRefused(403, "您的链接不能看这个页面。")
        return route.view(visitor, **parts)
    except DeskRefused as refusal:
        return _refused(visitor, refusal.status, refusal.code, refusal.text, route.as_json)
    except ChangedMeanwhile:
        return _refused(visitor, 409, "changed", "有人同时修改了，请返回刷新后再改。", route.as_json)
    except ContestError as refusal:
        return _refused(visitor, *_words(refusal.code), route.as_json)
    except Exception as error:  # noqa: BLE001 - the outermost handler before the client
        log.error("unexpected %s", where(error))
        return _refused(visitor, *_words("internal"), route.as_json)


def own_unit(visitor: DeskVisitor) -> ReportingUnit:
    """The link's unit under its present name, whatever the request says. Raises NotFound if the contest file no longer
    has it."""
    return services().desk.unit_records.unit_named(visitor.link.unit)


def _link(request: Request) -> DeskLink:
    """Raises NotSignedIn and DeskRefused."""
    s = services()
    return s.desk.links.find_link(s.ports.desk_sessions.desk_link_id(request, s.clock()))


def _visitor(request: Request, path: str, link: DeskLink | None) -> DeskVisitor:
    s = services()
    role = link.role if link else None
    shown = sorted((one for one in ROUTES if one.nav and role in one.roles), key=lambda one: MENU.index(one.nav))
    nav = [NavItem(one.path, one.nav) for one in shown]
    return DeskVisitor(request, path, s.contest, s.clock(), link, nav, s.settings.is_local)


def _words(code: str) -> tuple[int, str, str]:
    status, text = ERRORS[code]
    return status, code, TEXTS.get(code, text)


def _refused(visitor: DeskVisitor, status: int, code: str, text: str, as_json: bool) -> Response:
    if as_json:
        return json_response({"error": {"code": code, "message": text}}, status, {**PRIVATE, **retry_after(code)})
    return render("refused", visitor, status, text=text, code=code)


__all__ = ["EDITOR", "HOMES", "ROUTES", "UNIT", "VIEWER", "DeskRoute", "NotSignedIn", "answer", "desk_route"]
