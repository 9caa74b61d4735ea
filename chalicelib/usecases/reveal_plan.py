"""Publishes the proof of the plan after closing: amounts, salt, and one line for each claim."""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.errors import NotFound, PlanRefused
from chalicelib.domain.proof import proof_of
from chalicelib.ports import Clock, Ledger, LogEntry, Plans, Proofs


@dataclass
class Reveal:
    contest: Contest
    plans: Plans
    ledger: Ledger
    proofs: Proofs
    clock: Clock
    log_decision: Callable[[LogEntry], None]
    """Written before the proof is public."""
    _packed: bytes = b""

    def reveal_plan(self, who: str, why: str = "") -> str:
        """Publishes the proof and returns its text; a second run publishes the same. Raises PlanRefused."""
        text = self.draft_proof()
        packed = gzip.compress(text.encode(), mtime=0)
        digest = sha256(packed).hexdigest()
        self.log_decision(LogEntry(self.clock(), who, "plan reveal", new=digest, reason=why))
        self.proofs.publish_proof(packed)
        return text

    def draft_proof(self) -> str:
        """Returns the proof's text without publishing it. Raises PlanRefused."""
        plan = self.plans.current_plan()
        if plan is None:
            raise PlanRefused("no_plan")
        if not self._is_closed():
            raise PlanRefused("not_closed")
        claims = (claim for claim in self.ledger.all_claims() if not claim.is_smoke)
        return json.dumps(proof_of(plan, claims), separators=(",", ":"))

    def packed_proof(self) -> bytes:
        """Returns the published proof, compressed by gzip. Raises NotFound before it is published."""
        if not self._packed and self._is_closed():
            self._packed = self.proofs.read_proof()
        if not self._packed:
            raise NotFound
        return self._packed

    def _is_closed(self) -> bool:
        return self.contest.window.phase(self.clock()) is Phase.CLOSED
