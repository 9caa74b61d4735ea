"""The lean build is the same application: complete, importable, small, compiled, and without heavy imports before
use."""

import json
import marshal
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import SimpleNamespace

import botocore.session
import pytest

from chalicelib.adapters.poster import background_file
from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.contest import Contest
from infra.build import __main__ as build
from infra.build import botocore_data, draw_poster, lambda_runtime, packages, staging
from infra.local.processes import LocalError
from infra.project import ROOT, Project
from tests.support import packaged_zips

TAG = sys.implementation.cache_tag
HEAVY = {
    *("boto3", "jinja2", "openpyxl", "requests", "segno", "wechatpy", "xmltodict"),
    *("chalicelib.adapters.wechat.own_server", "chalicelib.desk_services", "functions.desk_route"),
}
PRELUDE = """
import importlib.machinery, json, os, sys
folder, *arguments = sys.argv[1:]
sys.path.insert(0, folder)

def refuse(self, data, path, **_):
    raise RuntimeError(f"compiled anew: {path}")

importlib.machinery.SourceFileLoader.source_to_code = refuse
"""
"""Refuses to compile: the standard library has its bytecode beside it, and ours must be in the zip."""
HEALTH = """
import app
request = {"resourcePath": "/healthz", "path": "/healthz", "httpMethod": "GET", "identity": {"sourceIp": "127.0.0.1"}}
event = {"requestContext": request, "headers": {}, "multiValueHeaders": {}, "pathParameters": None, "body": None,
         "multiValueQueryStringParameters": None, "stageVariables": None, "isBase64Encoded": False}
class Context:
    function_name, aws_request_id = "app", "1"
print(json.dumps(app.app(event, Context())))
"""
LATER = """
from datetime import datetime, timezone
import app
from chalicelib.adapters.qr import png
from chalicelib.adapters.wechat.wechat_callback import CallbackQuery, WeChatCallback
from chalicelib.settings import load_settings
from chalicelib.adapters.queues import sqs_client
from chalicelib.wiring import services
from wechatpy.crypto import WeChatCrypto

s, now = services(), datetime.now(timezone.utc)
callback = WeChatCallback(s.settings.token, s.settings.aes_key, s.settings.app_id, safe=True)
stamp = str(int(now.timestamp()))
xml = f"<xml><ToUserName>us</ToUserName><FromUserName>o1</FromUserName><CreateTime>{stamp}</CreateTime>"
xml += "<MsgType>text</MsgType><Content>hi</Content><MsgId>1</MsgId></xml>"
body = WeChatCrypto(callback.token, callback.aes_key, callback.app_id).encrypt_message(xml, "n", stamp)
import hashlib, xmltodict
signature = hashlib.sha1("".join(sorted([callback.token, stamp, "n"])).encode()).hexdigest()
signed = xmltodict.parse(body)["xml"]["MsgSignature"]
message, account = callback.read_message(CallbackQuery(signature, stamp, "n", signed, "aes"), body.encode(), now)
reply = callback.render_reply("hello", message.openid, account, "n", now)
state = s.ports.oauth_state.open_within(s.ports.oauth_state.seal([1], now), 60, now)
made = [s.ports.sign_in, s.ports.account, s.ports.red_packets.prepare(), s.ports.tables.callback_connection.client]
made += [s.ports.payout_queue, s.ports.later_queue]
print(json.dumps([message.content, "Encrypt" in reply, png("x")[1:4].decode(), state, len(made)]))
"""
DESK = """
os.environ |= {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
from chalicelib.adapters.desk.desk_pages import environment
from chalicelib.adapters.desk.office_bucket import OfficeBucket
from chalicelib.adapters.desk.workbooks import list_workbook, read_workbook
from chalicelib.config import contest_path
from chalicelib.config_duties import load_duties
from functions import desk_contacts, desk_pictures, desk_unit, desk_units

bucket, pages = OfficeBucket("contest-office"), environment()
(sheet,) = read_workbook(list_workbook("list", ["name"], [["=1"]]))
form = bucket.offer_upload("key", "image/jpeg", 9)
templates = [pages.get_template(name).name for name in ("unit.html", "contacts.html")]
print(json.dumps([sheet.rows[1][0], form.url, bucket.origin, len(templates), bool(load_duties(contest_path()).duties)]))
"""


@dataclass(frozen=True)
class Lean:
    archive: Path
    folder: Path
    names: frozenset[str]
    handlers: frozenset[str]


@pytest.fixture(scope="module")
def lean(tmp_path_factory: pytest.TempPathFactory) -> Lean:
    made, folder = packaged_zips.lean("prod"), tmp_path_factory.mktemp("lean")
    template = json.loads((made / packaged_zips.TEMPLATE).read_text(encoding="utf-8"))["Resources"].values()
    handlers = {one["Properties"]["Handler"] for one in template if one["Type"] == "AWS::Serverless::Function"}
    with zipfile.ZipFile(made / packaged_zips.ZIP) as archive:
        archive.extractall(folder)
        names = archive.namelist()
    assert len(names) == len(set(names)), "a file lies twice in the zip"
    return Lean(made / packaged_zips.ZIP, folder, frozenset(names), frozenset(handlers))


def run(lean: Lean, code: str, *arguments: str) -> str:
    """Returns the output of `code` in an interpreter that has only the standard library and the unzipped folder."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", PRELUDE + code, str(lean.folder), *arguments],
        cwd="/",
        env={"PATH": os.defpath, "STAGE": "local", "AWS_REGION": "cn-north-1", "AWS_DEFAULT_REGION": "cn-north-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_zip_is_small(lean: Lean) -> None:
    assert lean.archive.stat().st_size <= 10_000_000


def test_of_the_posters_backgrounds_only_this_contest_s_is_there(lean: Lean) -> None:
    name = background_file(load_contest_file(PACKAGED)).name
    assert {one for one in lean.names if one.startswith("chalicelib/web/poster/")} == {f"chalicelib/web/poster/{name}"}
    assert (lean.folder / "chalicelib" / "web" / "poster" / name).stat().st_size < 60_000


def test_every_handler_is_there_without_what_only_some_requests_need(lean: Lean) -> None:
    assert {handler.split(".")[0] for handler in lean.handlers} == {"app"}
    names = sorted(handler.split(".")[1] for handler in lean.handlers)
    code = "import app\nprint(json.dumps([sorted(sys.modules), [callable(getattr(app, n)) for n in arguments]]))"
    loaded, found = json.loads(run(lean, code, *names))
    assert len(found) == 9
    assert all(found)
    assert not HEAVY & set(loaded)


def test_it_answers(lean: Lean) -> None:
    assert json.loads(run(lean, HEALTH))["statusCode"] == 200


def test_what_is_loaded_later_is_there_too(lean: Lean) -> None:
    assert json.loads(run(lean, LATER)) == ["hi", True, "PNG", [1], 6]


def test_the_desk_s_workbooks_pages_and_bucket_are_there(lean: Lean) -> None:
    origin = "https://contest-office.s3.cn-north-1.amazonaws.com.cn"
    assert json.loads(run(lean, DESK)) == ["=1", f"{origin}/", origin, 2, True]


def test_it_holds_the_application_and_nothing_of_its_surroundings(lean: Lean) -> None:
    own = {path.relative_to(ROOT).as_posix() for path in packaged_zips.deployable() if path.suffix != ".json"}
    packaged = {name for name in own if name.startswith(("app.py", "functions/", "chalicelib/"))}
    sources = {name for name in packaged if name.startswith(("chalicelib/web/src/", "chalicelib/web/desk/src/"))}
    assert sources
    assert packaged - sources <= lean.names
    assert not sources & lean.names
    assert not [name for name in lean.names if "tests" in name.split("/")]
    top = {name.split("/")[0] for name in lean.names}
    assert not top & {"infra", "docs", "vendor", "pip", "setuptools", "click", "yaml", "boto3", ".chalice", "Makefile"}


def test_it_holds_no_secrets(lean: Lean) -> None:
    assert {name for name in lean.names if name.endswith((".pem", ".key", ".p12", ".env"))} == {"certifi/cacert.pem"}
    ours = [lean.folder / name for name in lean.names if name.startswith(("app.py", "functions/", "chalicelib/"))]
    assert ours
    assert not [path for path in ours if b"PRIVATE KEY" in path.read_bytes()]


def bytecode(lean: Lean) -> Iterator[tuple[str, bytes]]:
    """Each module's bytecode with its name: ours is beside its source, that of packages in place of it."""
    for name in sorted(lean.names):
        if name.endswith(".py"):
            folder, _, file = name.rpartition("/")
            path = lean.folder / folder / "__pycache__" / f"{file.removesuffix('.py')}.{TAG}.pyc"
            assert path.is_file(), name
            yield name, path.read_bytes()
        elif name.endswith(".pyc") and "__pycache__" not in name:
            yield name.removesuffix("c"), (lean.folder / name).read_bytes()


def test_all_of_it_is_compiled_for_this_python_whatever_the_date(lean: Lean) -> None:
    beside = [name for name in lean.names if "__pycache__" in name]
    assert beside
    assert not [name for name in beside if f".{TAG}.pyc" not in name]
    for name, content in bytecode(lean):
        assert content[:4] == MAGIC_NUMBER, name
        assert int.from_bytes(content[4:8], "little") == 0b01, f"{name} would be compared with its source"
        assert marshal.loads(content[16:]).co_filename == f"/var/task/{name}"


def test_botocore_knows_the_services_used_and_no_other(lean: Lean) -> None:
    calls = [path.read_text(encoding="utf-8") for path in (ROOT / "chalicelib").rglob("*.py")]
    used = {name for text in calls for name in re.findall(r'create_client\(\s*"(\w+)"', text)}
    assert used | {"dynamodb"} == botocore_data.SERVICES  # PynamoDB's own
    code = "import botocore.session as b\nprint(json.dumps(b.get_session().get_available_services()))"
    assert set(json.loads(run(lean, code))) == botocore_data.SERVICES


REGIONS = ["cn-north-1", "cn-northwest-1", "us-east-1", "ap-southeast-1", "us-gov-west-1"]
ENDPOINTS = """
from botocore.session import get_session
session, found = get_session(), {}
for service in arguments[0].split(","):
    for region in arguments[1].split(","):
        found[f"{service} {region}"] = session.create_client(service, region_name=region).meta.endpoint_url
print(json.dumps(found))
"""


def test_its_endpoints_are_those_of_the_whole_botocore(lean: Lean) -> None:
    services, session = sorted(botocore_data.SERVICES), botocore.session.get_session()
    whole = {
        f"{service} {region}": session.create_client(service, region_name=region).meta.endpoint_url
        for service in services
        for region in REGIONS
    }
    assert json.loads(run(lean, ENDPOINTS, ",".join(services), ",".join(REGIONS))) == whole


def test_only_texts_are_taken_from_the_models() -> None:
    model = {"documentation": "long", "members": {"documentation": {"shape": "S", "documentation": "<p>"}}, "n": [1]}
    assert botocore_data.undocumented(model) == {"members": {"documentation": {"shape": "S"}}, "n": [1]}
    settings = {"clientContextParams": {"Accelerate": {"documentation": "long", "type": "boolean"}}}
    assert botocore_data.undocumented(settings) == settings


# The command


def test_another_python_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(lambda_runtime, "sys", SimpleNamespace(version_info=(3, 14, 1)))
    assert build.main(["--stage", "prod"]) == 1
    said = capsys.readouterr().err
    assert "打包须用 python3.11、python3.12、python3.13 之一" in said
    assert "this is python3.14" in said


def test_an_unknown_stage_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["--stage", "nowhere"]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_a_stage_whose_participants_are_not_told_who_handles_their_data_is_not_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build.main(["--stage", "prod", "--out", str(tmp_path / "out")]) == 1
    assert "office.phone：部署前须由主办方填写" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_without_a_browser_for_the_poster_nothing_is_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Contest) -> None:
        raise LocalError("绘制海报需要 Chromium")

    monkeypatch.setattr(draw_poster, "ensure_poster", fails)
    assert build.main(["--stage", "local", "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == "绘制海报需要 Chromium\n"
    assert not (tmp_path / "out").exists()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "precious").touch()
    assert build.main(["--stage", "prod", "--out", str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err
    assert (tmp_path / "precious").exists()


def test_the_staging_folder_shares_the_records_of_deployments(tmp_path: Path) -> None:
    """A lean deployment after a plain one must change the same functions, not make new ones."""
    root, packages, out = tmp_path / "root", tmp_path / "packages", tmp_path / "out"
    staging.copy_tree(ROOT, root)
    packages.mkdir()
    drawn = root / staging.BACKGROUNDS
    drawn.mkdir(exist_ok=True)
    (drawn / "of-an-earlier-contest-file.png").touch()
    for _ in range(2):  # again in place
        staging.build(root, packages, out)
    assert not (out / staging.BACKGROUNDS / "of-an-earlier-contest-file.png").exists()
    assert (out / "requirements.txt").read_bytes() == b""
    (out / ".chalice" / "deployed" / "prod.json").write_text("{}", encoding="utf-8")
    assert (root / ".chalice" / "deployed" / "prod.json").read_text(encoding="utf-8") == "{}"


def compiled(folder: Path, machine: int) -> None:
    """A module's file that begins as an ELF header does."""
    folder.joinpath("fast.abi3.so").write_bytes(b"\x7fELF".ljust(18, b"\0") + machine.to_bytes(2, "little"))


@pytest.mark.parametrize(("machine", "wrong"), [(0xB7, []), (0x3E, ["fast.abi3.so"])])
def test_a_module_of_another_machine_is_seen(tmp_path: Path, machine: int, wrong: list[str]) -> None:
    compiled(tmp_path, machine)
    assert packages.of_other_machines(tmp_path, "arm64") == wrong


def test_a_package_with_such_a_module_is_not_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pip is asked for the wheels of the architecture that the configuration names."""
    asked: list[str] = []

    def install(command: list[str], **_: object) -> None:
        asked.append(command[command.index("--platform") + 1])
        folder = Path(command[command.index("--target") + 1])
        shutil.copytree(Path(botocore.session.__file__).parent / "data" / "sqs", folder / "botocore" / "data" / "sqs")
        shutil.copy(Path(botocore.session.__file__).parent / "data" / "endpoints.json", folder / "botocore" / "data")
        compiled(folder, 0x3E)

    monkeypatch.setattr(subprocess, "run", install)
    with pytest.raises(LocalError, match="not for arm64: fast"), packages.installed(tmp_path, "arm64"):
        pass
    with packages.installed(tmp_path, "x86_64") as folder:
        assert (folder / "fast.abi3.so").is_file()
    assert asked == ["manylinux2014_aarch64", "manylinux2014_x86_64"]


def test_the_compiled_modules_of_the_zip_are_for_its_machine(lean: Lean) -> None:
    assert [name for name in lean.names if name.endswith(".so")]
    assert packages.of_other_machines(lean.folder, packaged_zips.THIS_MACHINE) == []


def test_the_functions_run_on_arm64(tmp_path: Path) -> None:
    """By the project's setting, for every stage; a stage may have another."""
    project = Project(tmp_path)
    shutil.copytree(ROOT / ".chalice", project.chalice)
    assert {project.architecture(stage) for stage in project.config()["stages"]} == {"arm64"}
    config = project.config()
    config["stages"]["prod"]["lambda_architecture"] = "x86_64"
    (project.chalice / "config.json").write_text(json.dumps(config), encoding="utf-8")
    assert project.architecture("prod") == "x86_64"
