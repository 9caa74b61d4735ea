"""Proofs: a published proof is read back whole, however large."""

from random import Random

from chalicelib.ports import Ports
from tests.contract.conftest import Engine


def test_nothing_is_published_at_first(ports: Ports) -> None:
    assert ports.proofs.read_proof() == b""


def test_a_large_proof_comes_back_as_it_was_and_a_second_takes_its_place(ports: Ports) -> None:
    large = Random(0).randbytes(700_000)
    for proof in (large, b"small", b"small"):
        ports.proofs.publish_proof(proof)
        assert ports.proofs.read_proof() == proof


def test_contests_publish_their_own(engine: Engine, ports: Ports, contest_id: str) -> None:
    ports.proofs.publish_proof(b"ours")
    assert engine.ports(contest_id + "x").proofs.read_proof() == b""
