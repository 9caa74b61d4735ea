"""WeChat's callback: the status with which each request is rejected, and that rejecting has no other effect."""

import base64
import hashlib
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xmltodict
from hypothesis import example, given
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.crypto.base import WeChatCipher
from wechatpy.crypto.pkcs7 import PKCS7Encoder

from chalicelib.adapters.wechat.wechat_callback import (
    LARGEST,
    CallbackQuery,
    CallbackRejected,
    MessageUnreadable,
    WeChatCallback,
)
from chalicelib.domain.conversation import TO_CUSTOMER_SERVICE, IncomingMessage, Kind

# The worked examples of WeChat's documentation; the file names its source.
VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "wechat-official.json").read_text(encoding="utf-8"))
TOKEN, AES_KEY, APP_ID = VECTORS["token"], VECTORS["aes_key"], VECTORS["app_id"]
PLAIN, SAFE = (WeChatCallback(TOKEN, AES_KEY, APP_ID, safe) for safe in (False, True))
CRYPTO = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
STAMP, NONCE, OPENID = 1_594_137_600, "415670741", "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
NOW = datetime.fromtimestamp(STAMP, UTC)


def signed(*parts: str) -> str:
    return hashlib.sha1("".join(sorted([TOKEN, *parts])).encode()).hexdigest()


def query(timestamp: str = str(STAMP), encrypted: str | None = None, nonce: str = NONCE) -> CallbackQuery:
    return CallbackQuery(
        signature=signed(timestamp, nonce),
        timestamp=timestamp,
        nonce=nonce,
        msg_signature="" if encrypted is None else signed(timestamp, nonce, encrypted),
        encrypt_type="" if encrypted is None else "aes",
    )


def xml(**changed: str | None) -> str:
    """A text message; None leaves an element out."""
    fields = {
        "ToUserName": "gh_97417a04a28d",
        "FromUserName": OPENID,
        "CreateTime": str(STAMP),
        "MsgType": "text",
        "Content": "答题",
        "MsgId": "23456",
    } | changed
    return (
        "<xml>" + "".join(f"<{name}>{value}</{name}>" for name, value in fields.items() if value is not None) + "</xml>"
    )


def event(name: str, **more: str | None) -> str:
    return xml(MsgType="event", Event=name, Content=None, MsgId=None, **more)


def sealed(message: str) -> tuple[CallbackQuery, bytes]:
    encrypted = xmltodict.parse(CRYPTO.encrypt_message(message, NONCE, str(STAMP)))["xml"]["Encrypt"]
    return query(encrypted=encrypted), f"<xml><ToUserName>gh</ToUserName><Encrypt>{encrypted}</Encrypt></xml>".encode()


def incoming(body: str) -> IncomingMessage:
    said, _ = PLAIN.read_message(query(), body.encode(), NOW)
    through_safe, _ = SAFE.read_message(*sealed(body), NOW)
    assert said == through_safe
    return said


def status(callback: WeChatCallback, signed_query: CallbackQuery, body: bytes, now: datetime = NOW) -> int:
    with pytest.raises(CallbackRejected) as caught:
        callback.read_message(signed_query, body, now)
    return caught.value.status


def read_or_none(callback: WeChatCallback, signed_query: CallbackQuery, body: bytes) -> IncomingMessage | None:
    """The message; None when it is unreadable. Anything else fails the test."""
    try:
        return callback.read_message(signed_query, body, NOW)[0]
    except MessageUnreadable:
        return None


def assert_unreadable(callback: WeChatCallback, signed_query: CallbackQuery, body: bytes, now: datetime = NOW) -> None:
    """Authentic, but not a message: the caller answers `success`."""
    with pytest.raises(MessageUnreadable):
        callback.read_message(signed_query, body, now)


# Verification


@pytest.mark.parametrize("vector", VECTORS["verify"], ids=lambda vector: str(vector["timestamp"]))
def test_the_documents_signatures(vector: dict[str, str]) -> None:
    signed_query = CallbackQuery(vector["signature"], vector["timestamp"], vector["nonce"], "", "")
    now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    PLAIN.verify(signed_query, now)
    for wrong in (
        replace(signed_query, signature=vector["signature"][:-1] + "0"),
        replace(signed_query, signature=vector["signature"].upper()),
        replace(signed_query, signature=""),
        replace(signed_query, nonce=signed_query.nonce + "1"),
        replace(signed_query, timestamp=str(int(signed_query.timestamp) + 1)),
    ):
        with pytest.raises(CallbackRejected, match="403"):
            PLAIN.verify(wrong, now)
    with pytest.raises(CallbackRejected, match="403"):
        replace(PLAIN, token="BBBBB").verify(signed_query, now)


def test_the_documents_encrypted_message() -> None:
    """It contains JSON, which the account never receives: authentic but unreadable. With any other signature it gets
    403."""
    vector = VECTORS["decrypt"]
    now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    signed_query = CallbackQuery(
        signed(vector["timestamp"], vector["nonce"]),
        vector["timestamp"],
        vector["nonce"],
        vector["msg_signature"],
        "aes",
    )
    body = f"<xml><Encrypt><![CDATA[{vector['encrypt']}]]></Encrypt></xml>".encode()
    assert json.loads(SAFE._decrypted(signed_query, body))["ToUserName"] == "gh_97417a04a28d"
    assert_unreadable(SAFE, signed_query, body, now)
    assert status(SAFE, replace(signed_query, msg_signature="0" * 40), body, now) == 403
    assert status(SAFE, signed_query, body.replace(b"+qdx1", b"+qdx2"), now) == 403


def test_the_documents_encrypted_reply_opens_with_our_key() -> None:
    vector = VECTORS["encrypt"]
    opened = CRYPTO.decrypt_message(
        {"Encrypt": vector["encrypt"]}, vector["msg_signature"], vector["timestamp"], vector["nonce"]
    )
    assert opened == vector["plain"]
    assert signed(vector["timestamp"], vector["nonce"], vector["encrypt"]) == vector["msg_signature"]


@pytest.mark.parametrize(
    ("off", "fresh"),
    [(0, True), (600, True), (-600, True), (600.001, False), (-600.001, False), (601, False), (-86400, False)],
)
def test_a_stamp_is_fresh_within_ten_minutes(off: float, fresh: bool) -> None:
    now = NOW + timedelta(seconds=off)
    if fresh:
        PLAIN.verify(query(), now)
        assert PLAIN.read_message(query(), xml().encode(), now)[0].content == "答题"
    else:
        with pytest.raises(CallbackRejected, match="403"):
            PLAIN.verify(query(), now)
        assert status(PLAIN, query(), xml().encode(), now) == 403


@pytest.mark.parametrize("stamp", ["", "now", "-1594137600", "1594137600.0", " 1594137600", "1594137600" * 500, "²"])
def test_an_invalid_timestamp_is_rejected(stamp: str) -> None:
    with pytest.raises(CallbackRejected, match="403"):
        PLAIN.verify(query(stamp), NOW)


@given(st.text(), st.text(), st.text(), st.text(), st.text(), st.binary(max_size=50))
def test_no_envelope_without_the_token_comes_in(a: str, b: str, c: str, d: str, e: str, body: bytes) -> None:
    for callback in (PLAIN, SAFE):
        assert status(callback, CallbackQuery(a, b, c, d, e), body) == 403


# Modes


def test_only_the_configured_mode_is_accepted() -> None:
    signed_query, body = sealed(xml())
    assert status(PLAIN, signed_query, body) == 403
    assert status(SAFE, query(), xml().encode()) == 403
    assert status(SAFE, replace(signed_query, encrypt_type=""), body) == 403
    assert status(SAFE, replace(signed_query, encrypt_type="raw"), body) == 403
    assert status(PLAIN, replace(query(), encrypt_type="aes"), xml().encode()) == 403
    # A plain message is not accepted as an encrypted one either.
    assert status(SAFE, replace(signed_query, encrypt_type="aes"), xml().encode()) == 400


def test_in_safe_mode_the_signature_over_the_body_counts() -> None:
    signed_query, body = sealed(xml())
    _, other = sealed(xml(Content="别的"))
    assert status(SAFE, signed_query, other) == 403
    assert status(SAFE, replace(signed_query, msg_signature=""), body) == 403
    assert status(SAFE, replace(signed_query, msg_signature=signed_query.signature), body) == 403
    assert status(SAFE, replace(signed_query, signature="0" * 40), body) == 403


def test_a_message_for_another_account_is_malformed() -> None:
    theirs = WeChatCrypto(TOKEN, AES_KEY, "wx-another")
    encrypted = xmltodict.parse(theirs.encrypt_message(xml(), NONCE, str(STAMP)))["xml"]["Encrypt"]
    assert status(SAFE, query(encrypted=encrypted), f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()) == 400


# Messages


def test_a_text() -> None:
    assert incoming(xml()) == IncomingMessage(Kind.TEXT, OPENID, STAMP, "答题")
    assert incoming(xml(Content="<![CDATA[<b>&]]>")) == IncomingMessage(Kind.TEXT, OPENID, STAMP, "<b>&")
    assert incoming(xml(Content="")) == incoming(xml(Content=None)) == IncomingMessage(Kind.TEXT, OPENID, STAMP, "")


@pytest.mark.parametrize(
    ("body", "kind", "content"),
    [
        (event("subscribe"), Kind.FOLLOW, ""),
        (event("subscribe", EventKey=""), Kind.FOLLOW, ""),
        (event("subscribe", EventKey="last_trade_no_4001"), Kind.FOLLOW, ""),
        (event("subscribe", EventKey="scanbarcode|ean13|6901234567892"), Kind.FOLLOW, ""),
        (event("subscribe", EventKey="scanimage|1|2"), Kind.FOLLOW, ""),
        (event("unsubscribe", EventKey=""), Kind.UNFOLLOW, ""),
        (event("CLICK", EventKey="contest:quiz"), Kind.CLICK, "contest:quiz"),
        (event("CLICK", EventKey=""), Kind.CLICK, ""),
        (event("VIEW", EventKey="https://x.example"), Kind.OTHER, ""),
        (event("TEMPLATESENDJOBFINISH", Status="success"), Kind.OTHER, ""),
        (event("something_new"), Kind.OTHER, ""),
        (xml(MsgType="image", PicUrl="p", MediaId="m", Content=None), Kind.OTHER, ""),
        (xml(MsgType="something_new"), Kind.OTHER, ""),
    ],
)
def test_an_event_or_another_message(body: str, kind: Kind, content: str) -> None:
    assert incoming(body) == IncomingMessage(kind, OPENID, STAMP, content)


@pytest.mark.parametrize(
    ("body", "attribute"),
    [
        (xml(Content="<![CDATA[ <b>&]]>"), "content"),
        (event("CLICK", EventKey="contest:quiz"), "key"),
        (event("subscribe", EventKey="qrscene_u.0123456789abcdef", Ticket="T"), "scene_id"),
        (event("SCAN", EventKey="u.0123456789abcdef", Ticket="T"), "scene_id"),
    ],
)
def test_wechatpy_reads_the_same(body: str, attribute: str) -> None:
    theirs, ours = parse_message(body), incoming(body)
    assert (theirs.source, theirs.time) == (ours.openid, ours.create_time)
    assert getattr(theirs, attribute) == ours.content + ours.scene != ""


SCENES = ["u.0123456789abcdef", "x", "_-_", "qrscene_", "123", "A" * 64]


@pytest.mark.parametrize("scene", SCENES)
def test_the_scene_of_a_code_in_a_follow_and_in_a_scan(scene: str) -> None:
    follow = incoming(event("subscribe", EventKey=f"qrscene_{scene}", Ticket="T"))
    assert follow == IncomingMessage(Kind.FOLLOW, OPENID, STAMP, scene=scene)
    assert incoming(event("SCAN", EventKey=scene, Ticket="T")) == IncomingMessage(Kind.SCAN, OPENID, STAMP, scene=scene)


def test_a_code_without_a_scene() -> None:
    assert incoming(event("subscribe", EventKey="qrscene_", Ticket="T")) == IncomingMessage(Kind.FOLLOW, OPENID, STAMP)
    assert incoming(event("SCAN", EventKey="", Ticket="T")) == IncomingMessage(Kind.SCAN, OPENID, STAMP)


# Malformed requests

MALFORMED = {
    "empty": "",
    "blank": " ",
    "text": "hello",
    "json": '{"ToUserName": "gh", "MsgType": "text"}',
    "cut": xml()[:-5],
    "two roots": xml() * 2,
    "another root": xml().replace("xml>", "html>"),
    "mere root": "<xml/>",
    "root of text": "<xml>text</xml>",
    "no type": xml(MsgType=None),
    "empty type": xml(MsgType=""),
    "two types": xml(MsgType="text</MsgType><MsgType>text"),
    "nested type": xml(MsgType="<a>text</a>"),
    "nested event": event("<a/>"),
    "nested key": event("subscribe", EventKey="<a>b</a>"),
    "nested scene": event("SCAN", EventKey="<a>b</a>", Ticket="T"),
    "two scenes": event("SCAN", EventKey="a</EventKey><EventKey>b", Ticket="T"),
    "nested click": event("CLICK", EventKey="<a>b</a>"),
    "two keys": event("CLICK", EventKey="a</EventKey><EventKey>b"),
    "nested content": xml(Content="<a>b</a>"),
    "two contents": xml(Content="a</Content><Content>b"),
    "deep content": xml(Content="<a>" * 4000 + "</a>" * 4000),
    "deep and unclosed": "<xml>" + "<a>" * 10_000,
    "deep receiver": xml(ToUserName="<a>" * 4000 + "</a>" * 4000),
    "no sender": xml(FromUserName=None),
    "empty sender": xml(FromUserName=""),
    "two senders": xml(FromUserName="a</FromUserName><FromUserName>b"),
    "nested sender": xml(FromUserName="<a>b</a>"),
    "markup in sender": xml(FromUserName="a]]&gt;&lt;b"),
    "over-long sender": xml(FromUserName="o" * 3000),
    "no receiver": xml(ToUserName=None),
    "markup in receiver": xml(ToUserName="a]]&gt;&lt;b"),
    "no time": xml(CreateTime=None),
    "empty time": xml(CreateTime=""),
    "word for time": xml(CreateTime="now"),
    "zero time": xml(CreateTime="0"),
    "negative time": xml(CreateTime="-1"),
    "fraction of time": xml(CreateTime="1594137600.5"),
    "nested time": xml(CreateTime="<a>1</a>"),
    "time beyond any number": xml(CreateTime="9" * 5000),
    "time beyond the tables": xml(CreateTime="9" * 40),
    "time in milliseconds": xml(CreateTime="1594137600000"),
    "entity": f'<!DOCTYPE x [<!ENTITY e "gh">]>{xml(ToUserName="&e;")}',
    "external entity": f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>{xml(Content="&e;")}',
    "parameter entity": f'<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x"> %e;]>{xml()}',
    "billion laughs": '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{i} "{f"&a{i - 1 if i else str()};" * 10}">' for i in range(9))
    + f"]>{xml(Content='&a8;')}",
    "unknown entity": xml(Content="&e;"),
    "doctype": f"<!DOCTYPE xml>{xml()}",
    "doctype after a declaration": f'<?xml version="1.0"?>\n<!DOCTYPE xml [<!ENTITY e "gh">]>{xml(Content="&e;")}',
    "doctype after an instruction": f'<?a <xml ?><!DOCTYPE xml [<!ENTITY e "gh">]>{xml(Content="&e;")}',
    "doctype after a comment": f'<!-- <xml> --><!DOCTYPE xml [<!ENTITY e "gh">]>{xml(Content="&e;")}',
    "doctype inside": xml(Content='<!DOCTYPE xml [<!ENTITY e "gh">]>&e;'),
    "attribute": xml(Content="").replace("<Content>", "<Content a='b'>"),
    "control character": xml(Content="\x01"),
}
malformed = pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())


@malformed
def test_a_malformed_message_is_unreadable(body: str) -> None:
    """400 would make WeChat tell the sender that the account is out of order."""
    assert_unreadable(PLAIN, query(), body.encode())
    assert_unreadable(SAFE, *sealed(body))


@malformed
def test_a_malformed_wrapping_is_400(body: str) -> None:
    signed_query, _ = sealed(xml())
    assert status(SAFE, signed_query, body.encode()) == 400


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        xml().encode("utf-16"),
        xml(Content="\u00e9").encode("latin-1"),
        b"\x00" * 100,
        "<xml>\ud800</xml>".encode("utf-8", "surrogatepass"),
    ],
    ids=["bytes", "utf-16", "latin-1", "nulls", "surrogate"],
)
def test_what_is_not_utf_8_has_no_encrypted_part_and_is_unreadable_without_one(body: bytes) -> None:
    assert_unreadable(PLAIN, query(), body)
    assert status(SAFE, sealed(xml())[0], body) == 400


@pytest.mark.parametrize("name", ["utf-16", "no-such-encoding", "latin-1"])
def test_a_declared_encoding_changes_nothing(name: str) -> None:
    assert incoming(f'<?xml version="1.0" encoding="{name}"?>{xml()}').content == "答题"


def encrypted_body(raw: bytes) -> str:
    return base64.b64encode(WeChatCipher(CRYPTO.key).encrypt(raw)).decode()


@pytest.mark.parametrize(
    "encrypted",
    [
        "=",
        "====",
        "A",
        "é",
        "not base64!",
        "AAAA",
        *(base64.b64encode(bytes(size)).decode() for size in (15, 16, 32, 48, 64)),
        encrypted_body(b"r" * 16),
        encrypted_body(b"r" * 16 + b"\xff" * 16),
        encrypted_body(PKCS7Encoder.encode(b"r" * 16 + (10**9).to_bytes(4, "big") + b"x" + APP_ID.encode())),
    ],
)
def test_an_authentic_signature_over_garbage_is_400(encrypted: str) -> None:
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()
    assert status(SAFE, query(encrypted=encrypted), body) == 400


def test_what_is_not_utf_8_inside_good_encryption_is_unreadable() -> None:
    plain = b"r" * 16 + (3).to_bytes(4, "big") + b"\xff\xfe\xfd" + APP_ID.encode()
    encrypted = encrypted_body(PKCS7Encoder.encode(plain))
    assert_unreadable(SAFE, query(encrypted=encrypted), f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode())


CASES = sorted((Path(__file__).parent.parent / "vectors" / "unreadable").glob("*.xml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.stem))
def test_what_people_paste_into_a_text_is_unreadable(case: Path) -> None:
    body = case.read_text(encoding="utf-8")
    assert_unreadable(PLAIN, query(), body.encode())
    assert_unreadable(SAFE, *sealed(body))


# Compatible mode: WeChat sends a message in clear and its encrypted part in one document.


def compatible(message: str) -> tuple[CallbackQuery, bytes]:
    signed_query, body = sealed(message)
    encrypted = xmltodict.parse(body)["xml"]["Encrypt"]
    return signed_query, message.replace("</xml>", f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>").encode()


def test_a_compatible_body_is_read_by_its_encrypted_part() -> None:
    signed_query, body = compatible(event("subscribe", EventKey=""))
    clear = body.replace(b"<Event>subscribe", b"<Event>unsubscribe")
    for sent in (body, clear):
        assert SAFE.read_message(signed_query, sent, NOW)[0] == IncomingMessage(Kind.FOLLOW, OPENID, STAMP)
    assert status(PLAIN, signed_query, body) == 403
    assert status(SAFE, replace(signed_query, msg_signature="0" * 40), body) == 403


@pytest.mark.parametrize("word", ["<Encrypt>AAAA</Encrypt>", "<Encrypt><![CDATA[AAAA]]></Encrypt>", "</Encrypt>"])
def test_in_a_compatible_body_the_senders_own_words_are_no_encrypted_part(word: str) -> None:
    content = f"<![CDATA[{word.replace(']]>', ']]]]><![CDATA[>')}]]>"
    signed_query, body = compatible(xml(Content=content))
    assert SAFE.read_message(signed_query, body, NOW)[0].content == word


@pytest.mark.parametrize("cut", [b"\xe4\xbd", b"\xff", b"\xed\xa0\xbd\xed\xb8\x80", b"\x00"])
def test_in_a_compatible_body_the_clear_part_may_be_no_utf_8(cut: bytes) -> None:
    """It is neither signed nor read."""
    signed_query, body = compatible(xml())
    sent = body.replace(b"<Encrypt>", b"<Content><![CDATA[" + cut + b"]]></Content><Encrypt>", 1)
    assert SAFE.read_message(signed_query, sent, NOW)[0].content == "答题"
    inside = body.replace(b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[" + cut, 1)
    assert status(SAFE, signed_query, inside) == 400


def test_a_wrapping_without_one_text_is_400() -> None:
    signed_query, _ = sealed(xml())
    for inside in ("", "<a/>", "<a>b</a>"):
        assert status(SAFE, signed_query, f"<xml><Encrypt>{inside}</Encrypt></xml>".encode()) == 400
    assert status(SAFE, signed_query, b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>") == 403


@pytest.mark.parametrize("piece", [b"<Encrypt>", b"<Encrypt>A", b"<Encrypt><![CDATA[", b"<Encrypt>A]]>", b"A", b" "])
def test_the_search_for_the_encrypted_part_takes_one_pass(piece: bytes) -> None:
    signed_query, _ = sealed(xml())
    body = (b"<Encrypt>" + piece * LARGEST)[:LARGEST]
    begun = time.process_time()
    assert status(SAFE, signed_query, body) == 400
    assert time.process_time() - begun < 0.5


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_unreadable(body: bytes) -> None:
    assert_unreadable(PLAIN, query(), body)
    assert status(SAFE, sealed(xml())[0], body) == 400
    encrypted = base64.b64encode(body).decode() or "="
    wrapped = f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()
    assert status(SAFE, query(encrypted=encrypted), wrapped) == 400


PIECES = [
    "<",
    ">",
    "</xml>",
    "<xml>",
    "<a/>",
    "<a>",
    "&",
    "&lt;",
    "]]>",
    "<![CDATA[",
    "\x00",
    "\xff",
    "9" * 30,
    "event",
    "-",
    "答",
    "",
]


@given(
    st.sampled_from([xml(), event("subscribe", EventKey="qrscene_1"), event("CLICK", EventKey="k"), event("LOCATION")]),
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 30), st.sampled_from(PIECES) | st.text(max_size=5)), max_size=4
    ),
)
@example(xml(), [(5, 0, "\ud800")])
def test_a_mutated_message_is_heard_or_unreadable(body: str, changes: list[tuple[int, int, str]]) -> None:
    for place, taken, put in changes:
        body = body[:place] + put + body[place + taken :]
    raw = body.encode("utf-8", "surrogatepass")
    said = read_or_none(PLAIN, query(), raw)
    if said is not None:
        assert said.create_time > 0
        assert 1 <= len(said.openid) <= 128
        assert isinstance(said.content, str)


def test_the_largest_body() -> None:
    room = LARGEST - len(xml(Content="").encode())
    assert LARGEST == 65536
    assert PLAIN.read_message(query(), xml(Content="a" * room).encode(), NOW)[0].content == "a" * room
    assert status(PLAIN, query(), xml(Content="a" * (room + 1)).encode()) == 413
    assert status(SAFE, sealed(xml())[0], b"<" * (LARGEST + 1)) == 413
    # A sender that is not WeChat does not even learn the limit.
    assert status(PLAIN, replace(query(), signature=""), b"<" * (LARGEST + 1)) == 403


# Replies


def opened(callback: WeChatCallback, reply: str) -> dict[str, Any]:
    """The reply as WeChat reads it."""
    if callback.safe:
        fields = xmltodict.parse(reply)["xml"]
        reply = CRYPTO.decrypt_message(reply, fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"])
        assert fields["Nonce"] == NONCE
    answer: dict[str, Any] = xmltodict.parse(reply, strip_whitespace=False)["xml"]
    return {name: value for name, value in answer.items() if name != "#text"}


@pytest.mark.parametrize("callback", [PLAIN, SAFE], ids=["plain", "safe"])
@pytest.mark.parametrize("text", ["好", "a <b> & c", "x]]>y", "]]>]]>", "</Content><Content>z", "]]]]>>", "{0}"])
def test_a_reply_reads_as_it_was_written(callback: WeChatCallback, text: str) -> None:
    _, account = PLAIN.read_message(query(), xml().encode(), NOW)
    answer = opened(callback, callback.render_reply(text, OPENID, account, NONCE, NOW))
    assert set(answer) == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}
    assert (answer["ToUserName"], answer["FromUserName"]) == (OPENID, "gh_97417a04a28d")
    assert answer["MsgType"] == "text"
    assert answer["Content"].replace("]] >", "]]>") == text.replace("]] >", "]]>")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_any_text_stays_inside_its_element(text: str) -> None:
    answer = opened(PLAIN, PLAIN.render_reply(text, OPENID, "gh_97417a04a28d", NONCE, NOW))
    assert len(answer) == 5


@pytest.mark.parametrize("callback", [PLAIN, SAFE], ids=["plain", "safe"])
def test_a_message_is_handed_to_customer_service(callback: WeChatCallback) -> None:
    answer = opened(callback, callback.render_reply(TO_CUSTOMER_SERVICE, OPENID, "gh_97417a04a28d", NONCE, NOW))
    assert (answer["MsgType"], answer["ToUserName"]) == (TO_CUSTOMER_SERVICE, OPENID)
    assert "Content" not in answer


def test_a_safe_reply_shows_nothing() -> None:
    reply = SAFE.render_reply("密语", OPENID, "gh_97417a04a28d", NONCE, NOW)
    assert "密语" not in reply
    assert OPENID not in reply
    assert f"<TimeStamp>{STAMP}</TimeStamp>" in reply
