"""Materials at the desk: posters, stickers, the sheet of codes, screens. Nothing with a code before the opening."""

from chalice.app import Response

from chalicelib.adapters.desk.desk_pages import render
from chalicelib.adapters.desk.desk_visitor import DeskVisitor
from chalicelib.adapters.desk.print_pages import page_values, template_of
from chalicelib.adapters.http.request_parts import query_of
from chalicelib.domain.contest import Phase
from chalicelib.domain.desk.desk_errors import DeskRefused
from chalicelib.domain.desk.materials import PRINTED, TITLES, Material, material_texts
from chalicelib.domain.errors import NotFound
from chalicelib.wiring import services
from functions.desk_route import EDITOR, UNIT, VIEWER, desk_route

PATH = "/desk/materials"


@desk_route("GET", PATH, EDITOR, VIEWER, nav="宣传品")
def materials(visitor: DeskVisitor) -> Response:
    """What there is to print, without a code."""
    is_open = visitor.contest.window.phase(visitor.now) is not Phase.ANNOUNCED
    return render("materials", visitor, is_open=is_open, titles=TITLES, printed=PRINTED, kinds=Material)


@desk_route("GET", PATH + "/{kind}", EDITOR, VIEWER)
def material(visitor: DeskVisitor, kind: str) -> Response:
    """Of the unit in the query, or of all."""
    return _page(visitor, kind, query_of(visitor.request).get("unit", ""))


@desk_route("GET", "/desk/unit/materials/{kind}", UNIT)
def own_material(visitor: DeskVisitor, kind: str) -> Response:
    return _page(visitor, kind, visitor.contest.reporting.present_name(visitor.link.unit))


def _page(visitor: DeskVisitor, kind: str, unit: str) -> Response:
    """Raises ContestNotOpen, NotFound and DeskRefused."""
    codes = services().desk.unit_codes.public_codes(unit)
    if kind not in set(Material) or (unit and unit not in visitor.contest.unit_names):
        raise NotFound
    if not codes:
        raise DeskRefused(409, "二维码还在生成，请过几分钟再打开。")
    texts = material_texts(visitor.contest, visitor.now)
    return render(template_of(Material(kind)), visitor, **page_values(Material(kind), codes, texts))
