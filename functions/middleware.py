"""Middleware for every event of every function: labels its log lines and reports failures without their text."""

import logging
import os
from collections.abc import Callable
from typing import Any

from chalicelib.adapters import logs
from chalicelib.config import contest

log = logging.getLogger(__name__)
APP_NAME = "contest"
_set_up = False


class JobFailed(Exception):
    """Makes Lambda retry the event. Lambda prints its text: only the error's type and location."""


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


def _in_lambda() -> bool:
    """Configures logging there, once. Elsewhere, the program that runs the application does."""
    global _set_up
    if not _set_up and "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        logs.set_up(contest().id, APP_NAME)
        _set_up = True
    return _set_up
