"""Share codes: short, the same every time, without a trace of the openid, and impossible to forge."""

import base64
import hashlib
import hmac
import string

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.adapters.share_code import LONGEST, SealedShareCodes
from chalicelib.domain.units import unit_scene

KEY, NEW_KEY, OPENID = "k" * 32, "n" * 32, "oAbCdEfGhIjKlMnOpQrStUvWxYz-"
ALPHABET = string.ascii_letters + string.digits + "-_"
CODES = SealedShareCodes([KEY], "hongze-2020")
openids = st.text(ALPHABET, min_size=1, max_size=40)


@given(openids)
@example(OPENID)
@example("o" * 28)
@example("A" * 28)
@example("AAAA")
@example("A")
@example("AAAAA")
@example("-_-_")
def test_a_code_leads_back_to_its_sharer(openid: str) -> None:
    code = CODES.make_share_code(openid)
    assert CODES.find_sharer(code) == openid
    assert CODES.make_share_code(openid) == code
    assert len(code) <= LONGEST == 64
    assert set(code) <= set(ALPHABET)
    assert "." not in code, "a unit's scene has a dot"


@given(st.text(st.characters(codec="utf-8"), max_size=7))
@example("o]]>")
@example("\x00")
@example("o\U0001f600")
def test_openids_of_odd_shapes(openid: str) -> None:
    assert CODES.find_sharer(CODES.make_share_code(openid)) == openid


def test_an_openid_too_long_for_a_scene_is_told() -> None:
    assert CODES.find_sharer(CODES.make_share_code("o" * 40)) == "o" * 40
    with pytest.raises(ValueError, match="too long"):
        CODES.make_share_code("o" * 41)
    with pytest.raises(ValueError, match="too long"):
        CODES.make_share_code("." * 32)


def test_a_usual_openid_makes_a_code_that_fits_a_scene() -> None:
    assert len(OPENID) == 28
    assert len(CODES.make_share_code(OPENID)) == 51


def test_nothing_of_the_openid_is_in_its_code() -> None:
    code = CODES.make_share_code(OPENID)
    assert not [OPENID[at : at + 4] for at in range(len(OPENID) - 3) if OPENID[at : at + 4] in code]
    similar = CODES.make_share_code(OPENID[:-1] + "0")
    assert sum(a == b for a, b in zip(code, similar, strict=True)) < 12, "one letter changes the whole of it"


def test_changing_any_character_breaks_it() -> None:
    code = CODES.make_share_code(OPENID)
    for at in range(len(code)):
        for other in ALPHABET.replace(code[at], ""):
            assert CODES.find_sharer(code[:at] + other + code[at + 1 :]) is None, (at, other)


@given(st.text(ALPHABET, max_size=70) | st.text(max_size=70) | st.binary(max_size=50).map(bytes.hex))
@example("")
@example("A")
@example("=")
@example("é" * 20)
@example("\ud800")
@example(unit_scene("岔河镇"))
@example("last_trade_no_4001")
def test_what_we_did_not_make_is_nobodys(code: str) -> None:
    assert CODES.find_sharer(code) is None


@pytest.mark.parametrize("cut", range(1, 20))
def test_a_part_of_a_code_is_none(cut: int) -> None:
    code = CODES.make_share_code(OPENID)
    assert CODES.find_sharer(code[:-cut]) is None
    assert CODES.find_sharer(code[cut:]) is None
    assert CODES.find_sharer(code + "A" * cut) is None
    assert CODES.find_sharer(code + "=" * cut) is None


def test_a_code_is_for_one_contest_only() -> None:
    assert SealedShareCodes([KEY], "hongze-2021").find_sharer(CODES.make_share_code(OPENID)) is None
    assert SealedShareCodes([KEY], "hongze-2021").make_share_code(OPENID) != CODES.make_share_code(OPENID)


def test_keys_rotate() -> None:
    rotated = SealedShareCodes([NEW_KEY, KEY], "hongze-2020")
    old, new = CODES.make_share_code(OPENID), rotated.make_share_code(OPENID)
    assert old != new
    assert rotated.find_sharer(old) == rotated.find_sharer(new) == OPENID
    assert CODES.find_sharer(new) is None
    assert SealedShareCodes([NEW_KEY], "hongze-2020").find_sharer(old) is None


@pytest.mark.parametrize(("kind", "opens"), [(4, True), (5, False), (255, False)])
def test_a_code_in_a_newer_version_s_writing_is_nobody_s(kind: int, opens: bool) -> None:
    """Unpacked as one of ours it would name another person."""
    key = hmac.digest(KEY.encode(), b"contest:share", hashlib.sha256)
    sealed = AESSIV(key).encrypt(bytes([kind]) + b"\0" * 21, [b"hongze-2020"])
    sharer = CODES.find_sharer(base64.urlsafe_b64encode(sealed).rstrip(b"=").decode())
    assert (sharer is not None) is opens
