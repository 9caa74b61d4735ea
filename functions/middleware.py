"""Middleware for every event of every function: labels its log lines and reports failures without their text."""

import logging
import os
from collections.abc import Callable
from typing import Any

from chalice.app import Request, Response

from chalicelib.adapters import logs
from chalicelib.adapters.http.error_answers import answer_errors
from chalicelib.adapters.http.request_parts import refuse_other_sites
from chalicelib.config import contest
from chalicelib.wiring import services

log = logging.getLogger(__name__)
APP_NAME = "contest"
FROM_SERVERS = frozenset({"/wechat", "/wechatpay/notify"})
"""Paths that no page calls: a signature of their own protects them."""
_set_up = False


class JobFailed(Exception):
    """Makes Lambda retry the event. Lambda prints the text, so it has only the error's type and location."""


def entered(event: Any, get_response: Callable[[Any], Any]) -> Any:
    """The outermost Chalice middleware, for every type of event."""
    context = getattr(event, "lambda_context", None) or event.context
    logs.name_invocation(context.function_name, context.aws_request_id)
    if not _in_lambda():
        return get_response(event)
    try:
        return get_response(event)
    except Exception as error:
        log.error("failed", exc_info=error)
        failure = JobFailed(logs.where(error))
    raise failure


@answer_errors
def own_pages_only(event: Request, get_response: Callable[[Request], Response]) -> Response:
    """Chalice middleware for requests: refuses changes that another site's page requests in a participant's name."""
    if event.method != "GET" and event.path not in FROM_SERVERS:
        refuse_other_sites(event, services().settings.public_base_url)
    return get_response(event)


def _in_lambda() -> bool:
    """Returns whether this is Lambda, and configures logging there, once. Elsewhere the program that runs the
    application does so."""
    global _set_up
    if not _set_up and "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        logs.set_up(contest().id, APP_NAME)
        _set_up = True
    return _set_up
