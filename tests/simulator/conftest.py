"""A simulator controlled by the test, and a stub of the application with configured answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from werkzeug.wrappers import Request, Response

from infra.simulator import SimulatorSettings, create_app
from infra.simulator.served import served
from tests.support.pay_faults import with_pay_faults

NOW = 1_594_137_600.0  # 2020-07-08 00:00:00 in Shanghai


@dataclass
class Stub:
    """Records the requests; answers with `answer(request)`."""

    url: str = ""
    answer: Callable[[Request], Response] = field(default=lambda _: Response("success"))
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def __call__(self, environ: object, start: object) -> object:
        request = Request(environ)  # type: ignore[arg-type]
        self.seen.append((request.args.to_dict(), request.get_data()))
        return self.answer(request)(environ, start)  # type: ignore[arg-type]


@dataclass
class FakeClock:
    now: float = NOW

    def __call__(self) -> float:
        return self.now


def said(answer: TestResponse) -> Any:
    """The JSON of an answer, whatever it is."""
    return answer.json


@pytest.fixture
def stub() -> Iterator[Stub]:
    application = Stub()
    with served(application) as application.url:
        yield application


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["plain", "safe"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def settings(stub: Stub) -> SimulatorSettings:
    defaults = SimulatorSettings.from_env({"PUBLIC_BASE_URL": stub.url})
    return replace(defaults, callback_timeout=0.3)


@pytest.fixture
def sim(settings: SimulatorSettings, clock: FakeClock) -> FlaskClient:
    return with_pay_faults(create_app(settings, clock)).test_client()
