"""The desk's scheduled work: what takes longer than a request may."""

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.wiring import services

bp = Blueprint("app")


@bp.schedule(Rate(1, unit=Rate.MINUTES), name="office")
def office(event: CloudWatchEvent) -> None:
    services().desk.office_run.run_once()
