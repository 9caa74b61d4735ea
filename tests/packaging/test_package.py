"""The package that `chalice package` makes of this tree can be deployed: it is complete, importable, and has nothing
superfluous."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.http.page_files import DIST
from chalicelib.adapters.queues import PAYOUT_WORKERS
from infra.project import ROOT
from tests.support import packaged_zips

STAGE = "prod"
HANDLERS = {
    "app.app",
    "app.pay",
    "app.take_later",
    "app.sweep",
    "app.reconcile",
    "app.office",
    "app.open_contest",
    "app.close_contest",
    "app.probe",
}
FAKE_SECRETS = {
    "WECHAT_APP_ID": "wx0000000000000000",
    "WECHAT_APP_SECRET": "secret",
    "WECHAT_TOKEN": "token",
    "WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "WECHAT_MODE": "safe",
    "WECHAT_MCH_ID": "1900000001",
    "WECHAT_PAY_KEY": "k" * 32,
    "WECHAT_PAY_CERT": "certificate",
    "WECHAT_PAY_CERT_KEY": "key",
    "SESSION_KEYS": "s" * 32,
}
# Run without site-packages: only the standard library and the unzipped folder can be imported.
IMPORT = """
import importlib, json, sys
folder, handler = sys.argv[1:]
outside = list(sys.path)
sys.path.insert(0, folder)
module, name = handler.split(".")
loaded = getattr(importlib.import_module(module), name)
files = {name: getattr(one, "__file__", None) for name, one in sys.modules.items() if "." not in name}
print(json.dumps({"callable": callable(loaded), "functions": files.get("functions"), "outside": outside}))
"""


@dataclass(frozen=True)
class Package:
    """`folder` is the unzipped deployment; `names` are the names in the zip."""

    functions: Mapping[str, Mapping[str, Any]]
    resources: Mapping[str, Any]
    folder: Path
    names: frozenset[str]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    made, folder = packaged_zips.plain(STAGE), tmp_path_factory.mktemp("plain")
    resources = json.loads((made / packaged_zips.TEMPLATE).read_text(encoding="utf-8"))["Resources"]
    functions = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::Serverless::Function"]
    (code,) = {one["CodeUri"] for one in functions}
    with zipfile.ZipFile(made / code) as archive:
        archive.extractall(folder)
        names = frozenset(archive.namelist())
    return Package({one["Handler"]: one for one in functions}, resources, folder, names)


def test_the_functions_are_exactly_these(package: Package) -> None:
    assert set(package.functions) == HANDLERS


@pytest.mark.parametrize("handler", sorted(HANDLERS))
def test_a_clean_interpreter_imports_the_handler(package: Package, handler: str) -> None:
    declared = package.functions[handler]["Environment"]["Variables"]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", IMPORT, package.folder, handler],
        cwd="/",
        env={"PATH": os.defpath, "AWS_REGION": "cn-north-1", **declared, **FAKE_SECRETS},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["callable"]
    assert seen["functions"].startswith(str(package.folder))
    assert not any("site-packages" in path or str(ROOT) == path for path in seen["outside"])


def test_the_zip_holds_the_application_and_nothing_of_its_surroundings(package: Package) -> None:
    own = {name.split("/")[0] for name in package.names}
    assert {"app.py", "functions", "chalicelib"} <= own
    assert not own & {"tests", "infra", "docs", "vendor", "contest", "Makefile", ".chalice"}
    edited = ("contest.toml", "questions.csv", "lessons.csv")
    assert {f"chalicelib/{name}" for name in edited} <= package.names
    built = {f"chalicelib/web/dist/{path.name}" for path in DIST.iterdir()}
    assert built == {name for name in package.names if name.startswith("chalicelib/web/dist/")}
    assert not [name for name in package.names if name.endswith(".pyc")]


def test_nothing_holds_the_participants_back(package: Package) -> None:
    """Functions of queues and schedules have a limited concurrency, with which payouts keep to WeChat Pay's rate."""
    reserved = {
        handler: one["ReservedConcurrentExecutions"]
        for handler, one in package.functions.items()
        if "ReservedConcurrentExecutions" in one
    }
    assert set(reserved) <= HANDLERS - {"app.app"}
    assert reserved["app.pay"] == PAYOUT_WORKERS


def test_every_function_knows_its_stage(package: Package) -> None:
    for one in package.functions.values():
        variables = one["Environment"]["Variables"]
        assert variables["STAGE"] == STAGE
        assert variables["RESOURCE_PREFIX"] == "contest-prod"
        assert variables["SECRETS_PATH"] == "/contest/prod/"
        assert not set(variables) & set(FAKE_SECRETS)


@pytest.mark.parametrize(("handler", "queue"), [("app.pay", "payouts"), ("app.take_later", "later")])
def test_the_queues_are_those_of_our_template(package: Package, handler: str, queue: str) -> None:
    (event,) = package.functions[handler]["Events"].values()
    assert event["Properties"]["Queue"]["Fn::Sub"].endswith(f":contest-prod-{queue}")
    assert event["Properties"]["BatchSize"] == 1


def test_the_api_is_regional_and_compresses(package: Package) -> None:
    api = package.resources["RestAPI"]["Properties"]
    assert api["StageName"] == "api"
    assert api["EndpointConfiguration"] == "REGIONAL"
    assert api["MinimumCompressionSize"] == 1024


def test_no_function_may_do_more_than_the_application_does(package: Package) -> None:
    roles = [one["Properties"] for one in package.resources.values() if one["Type"] == "AWS::IAM::Role"]
    assert roles
    for role in roles:
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                resources = statement["Resource"]
                for resource in [resources] if isinstance(resources, str) else resources:
                    assert "contest-prod" in resource or "/contest/prod" in resource
                assert not [action for action in statement["Action"] if "*" in action]
