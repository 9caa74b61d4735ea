"""The certificate of the public address, and how long a certificate has to last."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from chalicelib.adapters.http.render import moment
from infra.operator.doctor.findings import About, Finding
from infra.operator.doctor.target import HTTP_SECONDS, Target

ABOUT = About("TLS 证书")
AFTERWARDS = timedelta(days=14)
"""Payouts and people's records go on that long after the closing."""


def certificate(target: Target) -> Iterator[Finding]:
    parts = urlsplit(target.url)
    if parts.scheme != "https":
        yield ABOUT.untold("公网地址不是 https")
        return
    try:
        ends = end_of(target.host, parts.port or 443, ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        yield ABOUT.wrong(f"证书不受信任（{error.verify_message}）", "在 ACM 换上该域名的有效证书并绑定到自定义域名")
        return
    if lasts(ends, target.contest.window.closes_at, target.now()):
        yield ABOUT.ok(f"受信任，有效至 {moment(ends)}")
    else:
        yield ABOUT.wrong(f"{moment(ends)} 到期，早于结束后 14 天", "续期并重新绑定")


def lasts(ends: datetime, closes_at: datetime, now: datetime) -> bool:
    """Whether it is good now and until two weeks after the closing."""
    return now < ends and closes_at + AFTERWARDS <= ends


def end_of(host: str, port: int, context: ssl.SSLContext) -> datetime:
    """When the certificate shown there ends. Raises SSLCertVerificationError for one that `context` does not trust."""
    with (
        socket.create_connection((host, port), timeout=HTTP_SECONDS[0]) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        shown = secured.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
