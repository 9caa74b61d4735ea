"""Every call to an outside party in the ways of a claim and its payout, failing in every way it can.

python -m tests.proof.faults            runs the matrix and prints it
python -m tests.proof.faults --write    and writes it into docs/invariants.md
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from infra.project import ROOT
from tests.proof.boundary import Fault, Strike, possible
from tests.proof.site import Case, Site, site
from tests.proof.ways import WAYS, Way, goal, progress, recover
from tests.support.engines import FAKE_ENVIRONMENT, dynamodb_client, dynamodb_local, fresh_tables

DOCUMENT = ROOT / "docs" / "invariants.md"
BEGIN, END = "<!-- fault matrix: begin -->", "<!-- fault matrix: end -->"
NOTHING = "–"
Row = tuple[str, str, dict[Fault, str]]


def clean_run(here: Site, way: Way) -> Counter[str]:
    """The calls of a run without faults, by name, in their order. It is made once a site."""
    if way.name not in here.clean_calls:
        case = way.case(here)
        here.boundary.calls.clear()
        way.act(case)
        assert case.failures == [], way.name
        here.clean_calls[way.name] = Counter(here.boundary.calls)
    return here.clean_calls[way.name]


def strikes(calls: Counter[str]) -> Iterator[tuple[str, int]]:
    """Of calls that are made many times, pages of one kind, the first and the last."""
    for name, times in calls.items():
        yield from ((name, nth) for nth in sorted({1, times}))


def outcome(here: Site, way: Way, strike: Strike) -> str:
    """What carried it to its end. Raises AssertionError when an invariant broke or something is stuck."""
    case = way.case(here)
    here.boundary.strike(strike)
    case.survives(lambda: way.act(case))
    assert here.boundary.struck, f"{way.name}: {strike} was never reached"
    reached = progress(case, way)
    means = list(recover(case, way))
    _check(case, way, strike)
    return " ".join(dict.fromkeys(means)) or ("unharmed" if reached >= goal(way) else NOTHING)


def _check(case: Case, way: Way, strike: Strike) -> None:
    case.app = case.instance()
    said = f"{way.name}: {strike}"
    claim, payments = case.stored(), case.payments()
    assert claim is not None, said
    assert progress(case, way) == goal(way), f"{said}: stuck at {claim.status} {claim.reason}"
    assert len(case.app.ports.participants.claims_of(case.openid)) == 1, said
    assert [(p["mch_billno"], p["amount_fen"]) for p in payments] == [
        (claim.order.mch_billno, claim.packet.amount_fen)
    ], said
    assert case.claim()[0].claim_id == claim.claim_id, said
    assert case.app.audit.audit_books().violations == (), said


def matrix(here: Site, ways: Sequence[Way] = WAYS, faults: Sequence[Fault] = tuple(Fault)) -> list[Row]:
    rows: list[Row] = []
    for way in ways:
        calls = clean_run(here, way)
        for name, nth in strikes(calls):
            cells = {
                fault: outcome(here, way, Strike(name, nth, fault)) if possible(name, fault) else NOTHING
                for fault in faults
            }
            times = calls[name]
            rows.append((way.name, name if times == 1 else f"{name} ({nth} of {times})", cells))
    return rows


def table(rows: Sequence[Row]) -> str:
    lines = [
        "| way | call | " + " | ".join(fault.value for fault in Fault) + " |",
        "|" + "---|" * (len(Fault) + 2),
    ]
    lines += [f"| {way} | {call} | " + " | ".join(cells[f] for f in Fault) + " |" for way, call, cells in rows]
    return "\n".join(lines)


def written_table(path: Path = DOCUMENT) -> str:
    return path.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0].strip()


def written() -> list[Row]:
    """The rows of the document's table. Raises ValueError when it has other columns."""
    rows = []
    for line in written_table().splitlines()[2:]:
        way, call, *cells = line.strip("| ").split(" | ")
        rows.append((way, call, dict(zip(Fault, cells, strict=True))))
    return rows


def write(text: str, path: Path = DOCUMENT) -> None:
    whole = path.read_text(encoding="utf-8")
    before, rest = whole.split(BEGIN)
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def main(arguments: Sequence[str]) -> None:
    os.environ.update(FAKE_ENVIRONMENT)
    with dynamodb_local(logs=ROOT / ".local" / "test-log") as endpoint:
        os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = endpoint
        with fresh_tables(dynamodb_client(endpoint)) as prefix, site(prefix) as here:
            text = table(matrix(here))
    print(text)
    if "--write" in arguments:
        write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
