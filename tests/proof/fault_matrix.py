"""Makes every outgoing call of a claim and its payout fail, one at a time, in every way it can.

python -m tests.proof.fault_matrix            runs the matrix and prints it
python -m tests.proof.fault_matrix --write    and writes it into docs/invariants.md
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from infra.project import ROOT
from tests.proof.client_faults import Fault, PlannedFault, possible
from tests.proof.fault_case import Case, SharedSetup, shared_setup
from tests.proof.payout_scenarios import SCENARIOS, Scenario, goal, progress, recover
from tests.support.engines import FAKE_ENVIRONMENT, dynamodb_client, dynamodb_local, fresh_tables

DOCUMENT = ROOT / "docs" / "invariants.md"
BEGIN, END = "<!-- fault matrix: begin -->", "<!-- fault matrix: end -->"
NOTHING = "–"
Row = tuple[str, str, dict[Fault, str]]


def clean_run(shared: SharedSetup, scenario: Scenario) -> Counter[str]:
    """Returns the calls of a run without faults, by name, in order. The run is made once per setup."""
    if scenario.name not in shared.clean_calls:
        case = scenario.case(shared)
        shared.outgoing.calls.clear()
        scenario.act(case)
        assert case.failures == [], scenario.name
        shared.clean_calls[scenario.name] = Counter(shared.outgoing.calls)
    return shared.clean_calls[scenario.name]


def fault_places(calls: Counter[str]) -> Iterator[tuple[str, int]]:
    """Returns each call's name and number; for calls that are made many times, the first and the last."""
    for name, times in calls.items():
        yield from ((name, nth) for nth in sorted({1, times}))


def outcome(shared: SharedSetup, scenario: Scenario, planned: PlannedFault) -> str:
    """Returns the means that completed the payout. Raises AssertionError if an invariant is broken or something is
    stuck."""
    case = scenario.case(shared)
    shared.outgoing.plan_fault(planned)
    case.succeeds(lambda: scenario.act(case))
    assert shared.outgoing.fault_happened, f"{scenario.name}: {planned} was never reached"
    reached = progress(case, scenario)
    means = list(recover(case, scenario))
    _check(case, scenario, planned)
    return " ".join(dict.fromkeys(means)) or ("unharmed" if reached >= goal(scenario) else NOTHING)


def _check(case: Case, scenario: Scenario, planned: PlannedFault) -> None:
    case.app = case.instance()
    where = f"{scenario.name}: {planned}"
    claim, payments = case.stored(), case.payments()
    assert claim is not None, where
    assert progress(case, scenario) == goal(scenario), f"{where}: stuck at {claim.status} {claim.reason}"
    assert len(case.app.ports.participants.claims_of(case.openid)) == 1, where
    assert [(p["mch_billno"], p["amount_fen"]) for p in payments] == [
        (claim.order.mch_billno, claim.packet.amount_fen)
    ], where
    assert case.claim()[0].claim_id == claim.claim_id, where
    assert case.app.audit.audit_books().violations == (), where


def matrix(
    shared: SharedSetup, scenarios: Sequence[Scenario] = SCENARIOS, faults: Sequence[Fault] = tuple(Fault)
) -> list[Row]:
    rows: list[Row] = []
    for scenario in scenarios:
        calls = clean_run(shared, scenario)
        for name, nth in fault_places(calls):
            cells = {
                fault: outcome(shared, scenario, PlannedFault(name, nth, fault)) if possible(name, fault) else NOTHING
                for fault in faults
            }
            times = calls[name]
            rows.append((scenario.name, name if times == 1 else f"{name} ({nth} of {times})", cells))
    return rows


def table(rows: Sequence[Row]) -> str:
    lines = [
        "| scenario | call | " + " | ".join(fault.value for fault in Fault) + " |",
        "|" + "---|" * (len(Fault) + 2),
    ]
    lines += [
        f"| {scenario} | {call} | " + " | ".join(cells[f] for f in Fault) + " |" for scenario, call, cells in rows
    ]
    return "\n".join(lines)


def written_table(path: Path = DOCUMENT) -> str:
    return path.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0].strip()


def written() -> list[Row]:
    """The rows of the document's table. Raises ValueError when it has other columns."""
    rows = []
    for line in written_table().splitlines()[2:]:
        scenario, call, *cells = line.strip("| ").split(" | ")
        rows.append((scenario, call, dict(zip(Fault, cells, strict=True))))
    return rows


def write(text: str, path: Path = DOCUMENT) -> None:
    whole = path.read_text(encoding="utf-8")
    before, rest = whole.split(BEGIN)
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def main(arguments: Sequence[str]) -> None:
    os.environ.update(FAKE_ENVIRONMENT)
    with dynamodb_local(logs=ROOT / ".local" / "test-log") as endpoint:
        os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = endpoint
        with fresh_tables(dynamodb_client(endpoint)) as prefix, shared_setup(prefix) as shared:
            text = table(matrix(shared))
    print(text)
    if "--write" in arguments:
        write(text)
    elif text != written_table():
        sys.exit(f"{DOCUMENT} says otherwise: python -m tests.proof.fault_matrix --write")


if __name__ == "__main__":
    main(sys.argv[1:])
