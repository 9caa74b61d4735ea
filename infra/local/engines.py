"""The AWS engines of the local stack and the tests, each a context manager that ends its process on exit.

Each is only started, so that others can start meanwhile: `Engine.wait` returns when it answers.
"""

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.processes import Child, LocalError, answers, child, free_port, require_free, wait_until
from infra.project import ROOT

LOGS = ROOT / ".local" / "log"
DYNAMODB_SERVER = Path(__file__).with_name("dynamodb.xml")
DYNAMODB_HOME = ROOT / ".local" / "dynamodb"


@dataclass(frozen=True, slots=True)
class Engine:
    """`endpoint` is a URL such as `http://127.0.0.1:8100`."""

    endpoint: str
    child: Child

    def wait(self) -> None:
        """Raises `LocalError` when it does not come up."""
        wait_until(lambda: answers(self.endpoint), self.child)


@contextmanager
def dynamodb_engine(port: int | None = None, *, logs: Path = LOGS, home: Path = DYNAMODB_HOME) -> Iterator[Engine]:
    """AWS's own DynamoDB Local on 127.0.0.1 (`None`: a free port); its data are lost at exit.

    Raises `LocalError` when Java or the engine is missing or the port is taken.
    """
    java = shutil.which("java")
    if java is None:
        raise LocalError("没有 Java，无法启动 DynamoDB Local。请先运行 make setup。")
    jar = home / "DynamoDBLocal.jar"
    if not jar.exists():
        raise LocalError(f"没有 {jar}。请先运行 make setup。")
    # Runs in its home because it writes a file into its folder. It never runs long enough for the second compiler.
    java_options = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.library.path=DynamoDBLocal_lib"]
    # Its own command line would listen on every address.
    server = ["-cp", f"{jar.name}:DynamoDBLocal_lib/*", "org.eclipse.jetty.xml.XmlConfiguration", str(DYNAMODB_SERVER)]
    with _engine(
        "DynamoDB Local", [java, *java_options, *server, "port={}"], port, logs / "dynamodb.log", home
    ) as engine:
        yield engine


@contextmanager
def sqs_engine(port: int | None = None, *, logs: Path = LOGS, clock_file: str | None = None) -> Iterator[Engine]:
    """A local server for SQS, SSM and S3 on 127.0.0.1 (`None`: a free port), one request at a time.

    Its clock is set forward with all others that have `clock_file`. Raises `LocalError` when the port is taken.
    """
    command = [sys.executable, "-m", "infra.local.sqs_server", *(["--clock-file", clock_file] if clock_file else [])]
    with _engine("SQS", [*command, "--port={}"], port, logs / "sqs.log", ROOT) as engine:
        yield engine


@contextmanager
def _engine(name: str, command: Sequence[str], port: int | None, log: Path, cwd: Path) -> Iterator[Engine]:
    """The braces in `command` are replaced by the port."""
    chosen = free_port() if port is None else port
    require_free(chosen, name)
    endpoint = f"http://127.0.0.1:{chosen}"
    with child(name, [part.format(chosen) for part in command], log=log, cwd=cwd) as started:
        yield Engine(endpoint, started)
