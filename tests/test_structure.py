"""The structure of the code: the direction of imports, the calls that the rules may not make, and the agreement of
tables and models."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pynamodb.attributes import Attribute
from pynamodb.models import Model

from chalicelib.adapters.queues import LATER_WORKERS, PAYOUT_WORKERS
from chalicelib.adapters.store.models import TABLES
from infra.template import read_template

ROOT = Path(__file__).parent.parent
DOMAIN, USECASES, ADAPTERS = ("chalicelib.domain", "chalicelib.usecases", "chalicelib.adapters")
STORE = f"{ADAPTERS}.store"
OURS = ("app", "chalicelib", "functions", "infra", "tests")


def sources(*places: str) -> list[Path]:
    found = [path for place in places for path in sorted((ROOT / place).rglob("*.py"))]
    assert found, places
    return found


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def imports(path: Path) -> frozenset[str]:
    """Returns the modules imported anywhere in the file, also inside functions. `from a import b` counts as `a.b` if
    that is a module."""
    return frozenset(_imports(tree(path)))


def _imports(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                is_module = (ROOT / inner.replace(".", "/")).with_suffix(".py").exists()
                yield inner if is_module or (ROOT / inner.replace(".", "/")).is_dir() else str(node.module)


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def ours(path: Path) -> set[str]:
    return {name for name in imports(path) if within(name, *OURS)}


def by_name(*places: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", sources(*places), ids=name_of)


@by_name("chalicelib/domain")
def test_the_domain_imports_the_standard_library_and_itself(path: Path) -> None:
    for name in imports(path):
        assert within(name, DOMAIN) or name.split(".")[0] in sys.stdlib_module_names


@by_name("chalicelib/usecases")
def test_use_cases_know_the_domain_and_the_ports(path: Path) -> None:
    for name in imports(path):
        ok = within(name, DOMAIN, USECASES, "chalicelib.ports")
        assert ok or name.split(".")[0] in sys.stdlib_module_names, name


@by_name("chalicelib/usecases")
def test_a_use_case_has_a_verb(path: Path) -> None:
    """A reader finds its callers by searching for the name, which is impossible for `__call__`."""
    assert "__call__" not in {node.name for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)}


@by_name("chalicelib/ports")
def test_the_ports_know_the_domain_alone(path: Path) -> None:
    for name in imports(path):
        assert within(name, DOMAIN, "chalicelib.ports") or name.split(".")[0] in sys.stdlib_module_names


def test_ports_do_not_share_a_verb() -> None:
    """A search by name then finds one method. A port with a single `__call__` has no other name."""
    owners: dict[str, set[str]] = {}
    for path in sources("chalicelib/ports"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef) and node.name != "Ports":
                for method in node.body:
                    if isinstance(method, ast.FunctionDef) and method.name != "__call__":
                        owners.setdefault(method.name, set()).add(node.name)
    assert {name: found for name, found in owners.items() if len(found) > 1} == {}


@by_name("chalicelib/adapters")
def test_adapters_know_no_handler_no_wiring_and_no_use_case(path: Path) -> None:
    allowed = [DOMAIN, ADAPTERS, "chalicelib.ports"]
    if name_of(path) == "chalicelib.adapters.http.render":
        allowed.append(USECASES)  # the results it renders
    if name_of(path) in ("chalicelib.adapters.aws_ports", "chalicelib.adapters.store.dynamo_ports"):
        # to make adapters of
        allowed += [f"chalicelib.{name}" for name in ("config", "config_files", "settings", "pay_settings")]
    if within(name_of(path), f"{ADAPTERS}.pay"):
        allowed.append("chalicelib.pay_settings")  # each payment product reads its own
    assert {name for name in ours(path) if not within(name, *allowed)} == set()


def test_configuration_and_settings_know_the_domain_alone() -> None:
    parts = ["config", *(f"config_{part}" for part in ("duties", "faults", "files", "reader", "shapes", "lines"))]
    for name in ("settings", *parts):
        found = ours(ROOT / f"chalicelib/{name}.py")
        assert {one for one in found if not within(one, DOMAIN, *(f"chalicelib.{part}" for part in parts))} == set()


def test_only_wiring_the_handlers_and_the_application_know_adapters() -> None:
    users = {name_of(path) for path in [ROOT / "app.py", *sources("chalicelib", "functions")] if uses_adapters(path)}
    others = {name for name in users if not within(name, ADAPTERS, "functions", "app")}
    assert others <= {"chalicelib.wiring", "chalicelib.desk_services"}


def test_the_application_is_put_together_in_one_place() -> None:
    """`Services` makes every use case, for production, tests, benchmarks and the rehearsal alike."""
    makers = {name_of(path) for path in sources("chalicelib", "functions", "infra") if "Services" in called(tree(path))}
    assert makers == {"chalicelib.wiring"}


def called(module: ast.Module) -> set[str]:
    """Returns the names that are called or constructed without a prefix."""
    calls = (node for node in ast.walk(module) if isinstance(node, ast.Call))
    return {call.func.id for call in calls if isinstance(call.func, ast.Name)}


def test_nothing_is_poked_into_an_object() -> None:
    """A port is changed by assigning the attribute."""
    paths = [
        path for path in sources("chalicelib", "functions", "infra", "tests") if "__dict__" in path.read_text("utf-8")
    ]
    assert [name_of(path) for path in paths if "__dict__" in attributes(path)] == []


def attributes(path: Path) -> set[str]:
    return {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}


def uses_adapters(path: Path) -> bool:
    return any(within(name, ADAPTERS) for name in ours(path))


@pytest.mark.parametrize("package", [DOMAIN, USECASES, ADAPTERS, STORE])
def test_a_package_of_these_rules_exists(package: str) -> None:
    """A rule about a package that was renamed would have no effect."""
    assert (ROOT / package.replace(".", "/") / "__init__.py").is_file()


@by_name("functions")
def test_handlers_know_neither_tables_nor_other_handlers(path: Path) -> None:
    found = ours(path)
    assert not {name for name in found if within(name, STORE, "app", "infra", "tests")}
    others = {name for name in found if within(name, "functions")} - {"functions"}
    if path.stem == "desk":
        assert all(name.startswith("functions.desk_") for name in others), "the desk's pages, which only it imports"
    elif path.stem.startswith("desk_"):
        assert others <= {"functions.desk_route"}
    else:
        assert others == set()


def needs(path: Path, *packages: str) -> list[str]:
    """Each as `module: what it imports of these`."""
    return [f"{name_of(path)}: {name}" for name in sorted(imports(path)) if within(name, *packages)]


def test_what_is_deployed_needs_nothing_that_is_not() -> None:
    paths = sources("chalicelib", "functions")
    assert [need for path in paths for need in needs(path, "infra", "tests", "app")] == []


def test_infra_needs_no_test() -> None:
    assert [need for path in sources("infra") for need in needs(path, "tests")] == []


@by_name("infra/operator")
def test_the_operators_command_needs_neither_the_local_stack_nor_the_simulator(path: Path) -> None:
    """Directly or through another module."""
    seen, waiting = set[str](), [path]
    while waiting:
        for name in ours(waiting.pop()) - seen:
            seen.add(name)
            module = ROOT / name.replace(".", "/")
            waiting += [one for one in (module.with_suffix(".py"), module / "__init__.py") if one.is_file()]
    assert not {name for name in seen if within(name, "infra.local", "infra.simulator")}


def test_one_module_knows_chalices_files() -> None:
    users = [name_of(path) for path in sources("infra") if '".chalice"' in path.read_text(encoding="utf-8")]
    assert users == ["infra.build.staging", "infra.project"], "the staging folder is a project of its own"


# Times, randomness and ids are passed in; Random(seed) is an argument's type, or a plan's own generator.
HANDED_IN = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": None,
    "random": None,
    "secrets": None,
    "uuid": None,
    "os": None,
}


def forbidden_calls(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in {"time", "random", "secrets", "uuid", "os"})
        elif isinstance(node, ast.ImportFrom) and node.module in {"time", "random", "secrets", "uuid", "os"}:
            yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name != "Random")
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
                called = HANDED_IN.get(node.func.value.id, set())
                if called is None or node.func.attr in called:
                    yield f"{node.func.value.id}.{node.func.attr}"
            if isinstance(node.func, ast.Name) and node.func.id in {"Random", "SystemRandom"} and not node.args:
                yield f"{node.func.id}() without a seed"


@by_name("chalicelib/domain", "chalicelib/usecases")
def test_moments_and_randomness_are_handed_in(path: Path) -> None:
    assert list(forbidden_calls(tree(path))) == []


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime\ndatetime.now()",
        "import time",
        "from time import time",
        "import random",
        "from random import choice",
        "from random import Random\nRandom()",
        "from uuid import uuid4",
    ],
)
def test_that_test_sees_them(code: str) -> None:
    assert list(forbidden_calls(ast.parse(code)))


def test_no_module_is_long() -> None:
    paths = [ROOT / "app.py", ROOT / "contest", *sources("chalicelib", "functions", "infra")]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    assert {name: length for name, length in lengths.items() if length > 250} == {}


IMPORTING = """
import sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise RuntimeError(f"network at import: {event} {arguments}")

sys.addaudithook(refuse)
import app
loaded = ("chalicelib.domain.desk.", "chalicelib.usecases.desk", "chalicelib.adapters.desk", "chalicelib.desk_services")
assert not [name for name in sys.modules if name.startswith(loaded)], "of the desk"
print(len(app.app.routes))
"""


def run(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_importing_the_application_reaches_for_nobody_and_loads_nothing_of_the_desk() -> None:
    done = run(IMPORTING)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 5


def test_the_refusal_would_be_seen() -> None:
    attempt = "import socket; socket.create_connection(('127.0.0.1', 9))"
    assert "network at import" in run(IMPORTING.replace("import app\n", f"{attempt}\n")).stderr


# Tables


def tables() -> dict[str, dict[str, Any]]:
    """The template's tables by the suffix of their names."""
    resources = read_template()["Resources"].values()
    found = [resource for resource in resources if resource["Type"] == "AWS::DynamoDB::Table"]
    return {table["Properties"]["TableName"]["Fn::Sub"].removeprefix("${Prefix}-"): table for table in found}


def test_every_table_has_models_and_every_model_a_table() -> None:
    assert tables().keys() == TABLES.keys()


@pytest.mark.parametrize("suffix", tables())
def test_every_table_is_kept_backed_up_encrypted_and_on_demand(suffix: str) -> None:
    table = tables()[suffix]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
    properties = table["Properties"]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"]["SSEEnabled"] is True
    assert "ProvisionedThroughput" not in properties


def model_keys(container: type) -> dict[str, tuple[str, str]]:
    """HASH and RANGE -> name and type, from a model or an index, inherited ones too."""
    members = [value for base in container.__mro__ for value in vars(base).values()]
    attributes = [value for value in members if isinstance(value, Attribute)]
    keys = {"HASH": [a for a in attributes if a.is_hash_key], "RANGE": [a for a in attributes if a.is_range_key]}
    assert all(len(found) <= 1 for found in keys.values())
    return {kind: (found[0].attr_name, found[0].attr_type) for kind, found in keys.items() if found}


def template_keys(schema: list[dict[str, str]], properties: dict[str, Any]) -> dict[str, tuple[str, str]]:
    types = {one["AttributeName"]: one["AttributeType"] for one in properties["AttributeDefinitions"]}
    return {key["KeyType"]: (key["AttributeName"], types[key["AttributeName"]]) for key in schema}


MODELS = [(suffix, model) for suffix, models in TABLES.items() for model in models]
each_model = pytest.mark.parametrize(("suffix", "model"), MODELS, ids=[model.__name__ for _, model in MODELS])


@each_model
def test_keys_agree(suffix: str, model: type[Model]) -> None:
    properties = tables()[suffix]["Properties"]
    assert model_keys(model) == template_keys(properties["KeySchema"], properties)


@each_model
def test_indexes_agree(suffix: str, model: type[Model]) -> None:
    properties = tables()[suffix]["Properties"]
    written = {
        index["IndexName"]: (
            template_keys(index["KeySchema"], properties),
            index["Projection"]["ProjectionType"],
            index["Projection"].get("NonKeyAttributes"),
        )
        for index in properties.get("GlobalSecondaryIndexes", [])
    }
    modelled = {
        index.Meta.index_name: (
            model_keys(type(index)),
            index.Meta.projection.projection_type,
            index.Meta.projection.non_key_attributes,
        )
        for index in model._indexes.values()
    }
    assert modelled == written
    assert "LocalSecondaryIndexes" not in properties


@each_model
def test_an_index_and_its_table_mean_the_same_attributes(suffix: str, model: type[Model]) -> None:
    types = {attribute.attr_name: attribute.attr_type for attribute in model.get_attributes().values()}
    for index in model._indexes.values():
        for name, kind in model_keys(type(index)).values():
            assert types[name] == kind


@pytest.mark.parametrize("suffix", tables())
def test_models_on_one_table_have_the_same_keys(suffix: str) -> None:
    """And no two of them use one attribute with different meanings."""
    models = TABLES[suffix]
    assert len({repr(sorted(model_keys(model).items())) for model in models}) == 1
    types: dict[str, str] = {}
    for model in models:
        for attribute in model.get_attributes().values():
            assert types.setdefault(attribute.attr_name, attribute.attr_type) == attribute.attr_type


def test_the_workers_share_the_sends_a_second() -> None:
    """Each worker's rate is the limit divided by their number: more workers would send faster than WeChat Pay
    allows."""
    config = json.loads((ROOT / ".chalice/config.json").read_text(encoding="utf-8"))
    reserved = {name: one.get("reserved_concurrency") for name, one in config["lambda_functions"].items()}
    assert reserved["pay"] == PAYOUT_WORKERS
    assert reserved["take_later"] == LATER_WORKERS
    for stage in config["stages"].values():
        assert not any("reserved_concurrency" in one for one in stage.get("lambda_functions", {}).values())


@pytest.mark.parametrize("suffix", tables())
def test_every_defined_attribute_is_a_key(suffix: str) -> None:
    properties = tables()[suffix]["Properties"]
    schemas = [properties["KeySchema"], *(i["KeySchema"] for i in properties.get("GlobalSecondaryIndexes", []))]
    used = {key["AttributeName"] for schema in schemas for key in schema}
    assert {one["AttributeName"] for one in properties["AttributeDefinitions"]} == used
