"""The organiser's desk: passes every request on to its own routes, which are imported at the first one."""

from chalice.app import Blueprint, Response

from chalicelib.adapters.http.error_answers import answer_errors

bp = Blueprint("app")
PATHS = ("/desk", "/desk/{one}", "/desk/{one}/{two}", "/desk/{one}/{two}/{three}")
ANY_BODY = ["*/*"]


def _serve(path: str, method: str) -> None:
    @bp.route(path, methods=[method], content_types=ANY_BODY)
    @answer_errors
    def desk(**parts: str) -> Response:
        from functions import (  # noqa: F401 - heavy: only for the desk
            desk_board,
            desk_contacts,
            desk_figures,
            desk_files,
            desk_home,
            desk_materials,
            desk_people,
            desk_pictures,
            desk_questions,
            desk_route,
            desk_session,
            desk_switches,
            desk_unit,
            desk_units,
        )

        return desk_route.answer(bp.current_request, path.format(**parts))


for _path in PATHS:
    for _method in ("GET", "POST"):
        _serve(_path, _method)
