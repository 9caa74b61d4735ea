"""The local stack's settings, read from the environment, and the environment of its processes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from chalicelib.domain.shanghai import SHANGHAI
from infra.local.processes import LocalError

_WECHAT_HOSTS = ("WECHAT_API_BASE_URL", "WECHAT_OPEN_BASE_URL", "WECHAT_PAY_BASE_URL")
_STACK_PREFIXES = ("AWS_", "WECHAT_", "CONTEST_", "OWN_SERVER_")
_STACK_NAMES = frozenset(
    "STAGE RESOURCE_PREFIX PUBLIC_BASE_URL SESSION_KEYS PORT SIMULATOR_PORT NO_PROXY no_proxy".split()
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The parts to start; `environ` is the given environment without empty variables."""

    environ: Mapping[str, str]
    port: int
    simulator_port: int
    own_server_port: int

    @property
    def dynamodb(self) -> bool:
        return not self._named("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB")

    @property
    def sqs(self) -> bool:
        return not self._named("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS")

    @property
    def s3(self) -> bool:
        return not self._named("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3")

    @property
    def simulator(self) -> bool:
        return not all(self._named(name) for name in _WECHAT_HOSTS)

    @property
    def pay(self) -> bool:
        """Whether the simulator is WeChat Pay."""
        return not self._named("WECHAT_PAY_BASE_URL")

    @property
    def own_server(self) -> bool:
        return not self._named("OWN_SERVER_URL")

    @property
    def url(self) -> str:
        """The address where the application listens, regardless of its public address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def simulator_url(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"

    @property
    def own_server_url(self) -> str:
        """The address of the played own server, as an account's owner would have entered it at WeChat."""
        return f"http://127.0.0.1:{self.own_server_port}/wechat"

    def _named(self, *names: str) -> bool:
        return any(name in self.environ for name in names)


def read(environ: Mapping[str, str]) -> Wanted:
    """An empty variable counts as absent. Raises `LocalError` if one of the ports is not a port."""
    given = {name: value for name, value in environ.items() if value}
    ports = _port(given, "PORT", 8000), _port(given, "SIMULATOR_PORT", 8001), _port(given, "OWN_SERVER_PORT", 8002)
    return Wanted(given, *ports)


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise LocalError(f"{name} 应为端口号，而不是“{text}”。")
    return int(text)


def base_environment(wanted: Wanted, started_at: float) -> dict[str, str]:
    """The environment before the engines are known. `started_at` is when CONTEST_NOW applied, in unix seconds.

    Raises `LocalError` when CONTEST_NOW is not a time. A time without an offset is Shanghai's.
    """
    environ = dict(wanted.environ)
    environ |= {"STAGE": "local", "PORT": str(wanted.port)}
    environ |= {"SIMULATOR_PORT": str(wanted.simulator_port), "OWN_SERVER_PORT": str(wanted.own_server_port)}
    environ.setdefault("RESOURCE_PREFIX", "contest-local")
    environ.setdefault("PUBLIC_BASE_URL", wanted.url)
    environ.pop("SECRETS_PATH", None)
    environ.pop("CONTEST_NOW_SET_AT", None)
    if said := environ.get("CONTEST_NOW"):
        environ["CONTEST_NOW"] = _with_offset(said)
        environ["CONTEST_NOW_SET_AT"] = repr(started_at)
    if wanted.simulator:
        for name in _WECHAT_HOSTS:
            environ.setdefault(name, wanted.simulator_url)
    # Always named: a contest file that is tried here must not send anything to the account's real server.
    environ.setdefault("OWN_SERVER_URL", wanted.own_server_url)
    for name in ("NO_PROXY", "no_proxy"):
        # An internet proxy cannot reach this machine's own ports.
        environ[name] = ",".join(filter(None, [environ.get(name), "127.0.0.1,localhost"]))
    return environ


def _with_offset(said: str) -> str:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise LocalError(f"CONTEST_NOW 应为 ISO 8601 时间，如 2020-07-08T00:00:00+08:00，而不是“{said}”。") from error
    return said if moment.tzinfo else moment.replace(tzinfo=SHANGHAI).isoformat()


def with_local_credentials(environ: Mapping[str, str]) -> dict[str, str]:
    """Adds a region and keys without any access, if every endpoint is on this machine and none are set."""
    names = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL_S3")
    hosts = {urlsplit(environ[name]).hostname for name in names if name in environ}
    if not hosts <= {"127.0.0.1", "localhost", "::1"}:
        return dict(environ)
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or "cn-north-1"
    return {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        **environ,
    }


def of_the_stack(environ: Mapping[str, str]) -> dict[str, str]:
    """Returns the variables that another terminal needs to use the stack; the rest of its environment stays its own."""
    return {name: value for name, value in environ.items() if name.startswith(_STACK_PREFIXES) or name in _STACK_NAMES}
