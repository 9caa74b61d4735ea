"""WeChat Pay's red packet API (v2: MD5, client certificate), through wechatpy with its hazards contained.

wechatpy 1.8.18 invents a bill number and a client address if given none, has no time-out, reads answers of any size,
returns the text of a malformed answer as a success, takes certificates as paths, and logs the key at DEBUG (see
`quiet_libraries`).
"""

import ssl
import tempfile
from collections.abc import Callable, Mapping
from typing import Any

import requests
from cryptography import x509
from urllib3.util.ssl_ import create_urllib3_context
from wechatpy.exceptions import WeChatPayException
from wechatpy.pay import WeChatPay

from chalicelib.adapters.pay.bounded_answers import BoundedAdapter, bounded_session
from chalicelib.adapters.pay.merchant_certificate import names_another
from chalicelib.adapters.pay.red_packet import BadCertificate, ErrCode, Unclear
from chalicelib.domain.claim import SendOrder
from chalicelib.pay_settings import PaySettings

TIMEOUT = (3.0, 10.0)


class RedPacketClient:
    """Each call returns the fields of an answer about this bill number, or raises ErrCode or Unclear."""

    def __init__(self, app_id: str, secrets: PaySettings) -> None:
        self._pay = WeChatPay(app_id, secrets.pay_key, secrets.mch_id, timeout=TIMEOUT)
        self._pay.API_BASE_URL, self._pay._http = f"{secrets.wechat_pay_url}/", bounded_session()
        self.is_certified = True
        """Whether the certificate can be used and, as far as can be checked here, is this merchant's."""
        if (secrets.pay_cert or secrets.pay_cert_key) and secrets.wechat_pay_url.startswith("https://"):
            try:
                self._pay._http.mount("https://", _Certified(_context(secrets.pay_cert, secrets.pay_cert_key)))
                shown = x509.load_pem_x509_certificate(secrets.pay_cert.encode())
                self.is_certified = not names_another(shown, secrets.mch_id)
            except (OSError, ValueError):  # ssl.SSLError is an OSError; "is no PEM" is a ValueError
                self.is_certified = False

    def send(self, order: SendOrder) -> Mapping[str, Any]:
        terms: dict[str, str | None] = dict(order.terms)
        terms["scene_id"] = terms.get("scene_id") or None

        def call() -> Any:
            return self._pay.redpack.send(order.openid, order.amount_fen, out_trade_no=order.mch_billno, **terms)

        return self._checked(order.mch_billno, call)

    def query(self, mch_billno: str) -> Mapping[str, Any]:
        return self._checked(mch_billno, lambda: self._pay.redpack.query(mch_billno))

    def _checked(self, mch_billno: str, call: Callable[[], Any]) -> Mapping[str, Any]:
        if not self.is_certified:
            raise BadCertificate
        return _checked(mch_billno, call)


class _Certified(BoundedAdapter):
    """Sends requests with the client certificate of its TLS context."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options, ssl_context=self._context)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        return super().proxy_manager_for(proxy, **options, ssl_context=self._context)


def _context(certificate: str, key: str) -> ssl.SSLContext:
    """Python's TLS reads certificate and key from a file only. It has mode 0600 and is deleted as soon as it was read,
    so that no key stays on the disk even if the process is killed. Raises OSError, ValueError."""
    context = create_urllib3_context()
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(f"{certificate}\n{key}\n")
        file.flush()
        context.load_cert_chain(file.name, password="")  # else an encrypted key would prompt at the terminal
    return context


def _checked(mch_billno: str, call: Callable[[], Any]) -> Mapping[str, Any]:
    try:
        data = call()
    except WeChatPayException as error:
        if _wants_certificate(error.response):
            raise BadCertificate from error
        # `err_code` decides, never `err_code_des`. wechatpy sets it to None for an HTTP error.
        raise (ErrCode(str(error.errcode)) if error.errcode else Unclear()) from error
    except requests.exceptions.SSLError as error:
        raise (Unclear("SSLEOFError") if _is_cut_off(error) else BadCertificate) from error
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:  # requests' errors are OSErrors
        raise Unclear(type(error).__name__) from error
    if not isinstance(data, dict) or data.get("mch_billno") != mch_billno:
        raise Unclear("unreadable")
    return data


def _is_cut_off(error: object) -> bool:
    """Returns whether the connection was only cut off: then the order may have arrived.

    A server may also refuse a certificate in this way; then every answer is unclear. requests and urllib3 wrap the
    error of `ssl`.
    """
    while isinstance(error, Exception) and not isinstance(error, ssl.SSLEOFError):
        inner = getattr(error, "reason", None)
        error = inner if isinstance(inner, Exception) else next(iter(error.args), None)
    return isinstance(error, ssl.SSLEOFError)


def _wants_certificate(response: requests.Response | None) -> bool:
    """Returns whether this is the HTML answer of WeChat Pay's front end to a missing or refused client certificate."""
    if response is None or response.status_code != requests.codes.bad_request:
        return False
    return b"<html" in response.content[:1000].lower()
