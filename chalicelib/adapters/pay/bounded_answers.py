"""Sessions that read at most a megabyte of an answer. WeChat Pay's have a few kilobytes; whatever else answers in its
place must not fill the function's memory."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter

LARGEST = 1024 * 1024
"""Bytes, unpacked."""
_PART = 64 * 1024


class AnswerTooLarge(requests.RequestException):
    """The request was sent, and its answer is not known."""


class BoundedAdapter(HTTPAdapter):
    def send(self, request: requests.PreparedRequest, stream: bool = False, **options: Any) -> requests.Response:  # type: ignore[override]
        """Reads the body at once, whatever `stream` says. Raises AnswerTooLarge and requests' other errors."""
        answer, body = super().send(request, stream=True, **options), bytearray()
        for part in answer.iter_content(_PART):
            body += part
            if len(body) > LARGEST:
                answer.close()
                raise AnswerTooLarge(request=request)
        answer._content = bytes(body)
        return answer


def bounded_session() -> requests.Session:
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, BoundedAdapter())
    return session
