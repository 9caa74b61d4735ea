"""The public address's certificate: trusted, and valid until two weeks after the closing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.local.processes import free_port
from infra.operator.doctor import gateway_checks
from infra.operator.doctor.check_runner import Check
from tests.http.stage import CLOSING, OPENING
from tests.operator.doctor.conftest import Clinic, is_well
from tests.rehearsal.secret_values import certificate
from tests.rehearsal.tls_proxy import serving

CHECK = Check("TLS 证书", gateway_checks.certificate)


@pytest.fixture
def ca(tmp_path: Path, clinic: Clinic) -> Iterator[Path]:
    """A server's certificate for 127.0.0.1, valid for a day; the clinic's address is that server."""
    made, path = certificate("quiz.example"), tmp_path / "proxy.pem"
    path.write_text(made.chain + made.key, encoding="utf-8")
    with serving("http://127.0.0.1:9", "quiz.example", free_port(), path) as address:
        clinic.target.environ = {**clinic.target.environ, "PUBLIC_BASE_URL": address}
        yield path


def test_a_trusted_one_that_lasts(clinic: Clinic, ca: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca))
    found = clinic.tells(CHECK)
    assert is_well(found), found
    assert "受信任，有效至" in found[0].text


def test_one_that_nobody_trusts(clinic: Clinic, ca: Path) -> None:
    text = clinic.text(CHECK)
    assert "✗ TLS 证书：证书不受信任（" in text
    assert "self-signed" in text


def test_one_that_ends_too_soon(clinic: Clinic, ca: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca))
    contest, closes_at = clinic.services.contest, datetime.now(UTC) + timedelta(days=20)
    clinic.target.contest = replace(contest, window=replace(contest.window, closes_at=closes_at))
    assert "到期，早于结束后 14 天" in clinic.text(CHECK)


def test_an_address_without_tls(clinic: Clinic) -> None:
    clinic.target.environ = {**clinic.target.environ, "PUBLIC_BASE_URL": "http://127.0.0.1:8000"}
    assert clinic.text(CHECK) == "– TLS 证书：公网地址不是 https"


@pytest.mark.parametrize(
    ("ends", "now", "enough"),
    [
        (CLOSING + timedelta(days=14), OPENING, True),
        (CLOSING + timedelta(days=14, seconds=-1), OPENING, False),
        (CLOSING + timedelta(days=30), CLOSING + timedelta(days=30), False),
        (CLOSING + timedelta(days=30), CLOSING + timedelta(days=29), True),
    ],
)
def test_how_long_is_long_enough(ends: datetime, now: datetime, enough: bool) -> None:
    assert gateway_checks.outlasts_contest(ends, CLOSING, now) is enough
