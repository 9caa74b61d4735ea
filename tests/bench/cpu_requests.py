"""The requests of `tests.bench.cpu`, as Lambda passes them to the application, each with the calls of its floor."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode

import app
from chalicelib.adapters.store.models import FollowerRow, PacketRow, ParticipantRow
from chalicelib.adapters.store.row_values import ME, PASS, who_key
from chalicelib.domain import attempts
from chalicelib.wiring import Services
from infra.local.proxy_event import HttpRequest, Resource, proxy_event
from infra.simulator.callback_delivery import seal
from infra.simulator.callback_messages import Header, event
from infra.simulator.simulator_settings import SimulatorSettings
from tests.bench import cpu_floor

Event = dict[str, Any]
AGENT = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.38"
HEADERS = {
    "Host": "quiz.example.cn",
    "User-Agent": AGENT,
    "Accept": "*/*",
    "Accept-Language": "zh-CN,zh-Hans;q=0.9",
    "Accept-Encoding": "gzip, deflate, br",
    "X-Forwarded-For": "192.0.2.1",
    "X-Forwarded-Proto": "https",
}
ANSWERED = timedelta(seconds=60)
"""Time after the draw: neither too early nor too late."""


@dataclass(frozen=True, slots=True)
class MeasuredRequest:
    """One kind of request; one that writes is a new one each time.

    The floor does the request's calls. A row whose floor does fewer, or none, is shown but not `judged` by the bound.
    """

    name: str
    floor: str
    events: Iterator[Event]
    template: str
    calls: list[Callable[[], object]]
    services: Services
    judged: bool = True


class BenchPeople:
    """Makes the stored participants and their requests, for `each` claims by the application and by its floor."""

    def __init__(self, services: Services, unqueued: Services, each: int) -> None:
        """`unqueued` puts no payout jobs."""
        self._services, self._unqueued, self._numbers = services, unqueued, count()
        self._regular = self._openid()
        self._claimants = [self._openid() for _ in range(each)]
        self._raw = cpu_floor.RawCalls(services.settings.prefix, services.contest.id, self._regular)
        self._store([cpu_floor.claimant(number) for number in range(each)])

    def requests(self) -> list[MeasuredRequest]:
        raw, attempts = self._raw, "/api/attempts"
        submission, claims = attempts + "/{attempt_id}/submission", "/api/claims"
        start, about = self._again("GET", "/oauth/start"), self._again("GET", "/api/contest")
        me, claim = self._again("GET", "/api/me"), self._claims()
        s = self._services
        return [
            MeasuredRequest("GET /", "no call", self._again("GET", "/"), "/", [], s, judged=False),
            MeasuredRequest("GET /oauth/start", "no call", start, "/oauth/start", [], s, judged=False),
            MeasuredRequest("GET /api/contest", "no call", about, "/api/contest", [], s, judged=False),
            MeasuredRequest("GET /api/me", "get, query", me, "/api/me", [raw.get, raw.query], s),
            MeasuredRequest("GET /api/me", "query alone", me, "/api/me", [raw.query], s, judged=False),
            MeasuredRequest("GET /api/claims", "query", self._again("GET", claims), claims, [raw.query], s),
            MeasuredRequest("POST /api/attempts", "get", self._again("POST", attempts), attempts, [raw.get], s),
            MeasuredRequest(
                "POST …/submission", "transaction of 4", self._submissions(submission), submission, [raw.submit], s
            ),
            MeasuredRequest("POST /api/claims", "transaction of 5, message", claim, claims, [raw.claim, raw.send], s),
            MeasuredRequest("POST /api/claims", "transaction alone", claim, claims, [raw.claim], s, judged=False),
            MeasuredRequest("… without its message", "transaction of 5", claim, claims, [raw.claim], self._unqueued),
            MeasuredRequest("POST /wechat (follow)", "update", self._follows(), "/wechat", [raw.follow], s),
        ]

    def _openid(self) -> str:
        return f"oBench{next(self._numbers):022d}"

    def _store(self, of_the_floor: list[str]) -> None:
        """Stores followers with one chance and one passed attempt each, and packets for the floor's claims."""
        contest = self._services.contest.id
        people = [self._regular, *self._claimants]
        with FollowerRow.batch_write() as followers:
            for openid in people:
                followers.save(FollowerRow(openid, subscribed=True, event_at=1, first_seen_at=1, first_follow_at=1))
        with ParticipantRow.batch_write() as rows:
            for openid in [*people, *of_the_floor]:
                who = who_key(contest, openid)
                rows.save(ParticipantRow(who, ME, attempts=1, scores={10}, granted=1))
                rows.save(ParticipantRow(who, PASS + cpu_floor.ATTEMPT_ID))
        with PacketRow.batch_write() as packets:
            for number in range(len(of_the_floor)):
                packets.save(PacketRow(*cpu_floor.packet_key(contest, number), amount_fen=cpu_floor.FEN))

    def _again(self, method: str, path: str) -> Iterator[Event]:
        """A request that can be repeated. A POST has an empty object, as the page sends it."""
        while True:
            yield self._event(method, path, self._regular, {} if method == "POST" else None)

    def _submissions(self, template: str) -> Iterator[Event]:
        """Submissions, each by a person who has not submitted before."""
        s = self._services
        while True:
            openid = self._openid()
            FollowerRow(openid, subscribed=True, event_at=1, first_seen_at=1, first_follow_at=1).save()
            cells = s.draws.cells.without(frozenset())
            drawn = attempts.draw(cells, cpu_floor.ATTEMPT_ID, s.clock() - ANSWERED, s.ports.rng)
            answers = {
                q.question_id: attempts.KEYS[q.order.index(s.ports.bank.get(q.question_id).answer)]
                for q in drawn.questions
            }
            body = {"attempt": s.ports.tokens.seal_draw(openid, drawn), "answers": answers}
            parameters = {"attempt_id": drawn.attempt_id}
            yield self._event("POST", template.format(**parameters), openid, body, Resource(template, parameters))

    def _claims(self) -> Iterator[Event]:
        for openid in self._claimants:
            yield self._event("POST", "/api/claims", openid, {"attempt_id": cpu_floor.ATTEMPT_ID})

    def _follows(self) -> Iterator[Event]:
        """New followers' events in safe mode."""
        wire = replace(SimulatorSettings.from_env({}), mode="safe")
        while True:
            stamp = int(self._services.clock().timestamp())
            sealed = seal(wire, event(Header(wire.account_id, self._openid(), stamp), "subscribe"), stamp, "nonce")
            headers = {"Host": HEADERS["Host"], "User-Agent": "Mozilla/4.0", "Content-Type": "text/xml"}
            target = "/wechat?" + urlencode(sealed.params)
            yield _proxied(HttpRequest("POST", target, list(headers.items()), sealed.body), Resource("/wechat", {}))

    def _event(
        self, method: str, path: str, openid: str, body: Mapping[str, Any] | None = None, of: Resource | None = None
    ) -> Event:
        s = self._services
        headers = HEADERS | {"Cookie": s.ports.sessions.start_session(openid, s.clock()).split(";")[0]}
        content = b"" if body is None else json.dumps(body).encode()
        if content:
            headers["Content-Type"] = "application/json"
        return _proxied(HttpRequest(method, path, list(headers.items()), content), of or Resource(path, {}))


def _proxied(request: HttpRequest, resource: Resource) -> Event:
    return proxy_event(request, resource, app.app.api.binary_types)
