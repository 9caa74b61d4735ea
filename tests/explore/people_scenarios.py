"""The scenarios about people: chances, packets, the pause, and following."""

from collections.abc import Iterator

from chalicelib.domain.attempts import Attempt
from chalicelib.domain.claim import Claim
from chalicelib.domain.conversation import Kind
from chalicelib.domain.errors import ContestPaused, NoChanceLeft, NotFollowing, PrizesExhausted
from chalicelib.wiring import Services
from tests.explore.scenario import Scenario, claims_and, event, opens, people
from tests.explore.stage import Stage
from tests.support.examples import act


def _pause(stage: Stage, app: Services) -> None:
    app.ports.control.set_paused(True, act())


def _friend(stage: Stage) -> None:
    people("sharer")(stage)
    stage.bench.wechat.follow("friend")


def _visit(stage: Stage, app: Services) -> None:
    """The friend opens the sharer's link."""
    app.sign_ins.sign_in_visitor(stage.bench.wechat.authorize("friend"), "share-sharer")


def _one_sharer(stage: Stage) -> Iterator[str]:
    """I3: one of the two sharers got the chance: the first, whom the friend's row names."""
    friend = stage.bench.world.followers["friend"]
    if not friend.referral_to or friend.referral_to != friend.invited_by:
        yield f"I3 {friend.referral_to} got the chance, and {friend.invited_by} invited first"


def _settled(stage: Stage) -> Iterator[str]:
    """I3: an unfollow is settled with the sharer who got a chance."""
    friend = stage.bench.world.followers["friend"]
    if friend.referral_to and not friend.settled:
        yield "I3 the friend's unfollow was never settled"


def _drawn(stage: Stage) -> None:
    stage.bench.activate()
    stage.bench.follow("A")
    stage.offer = stage.bench.drawn("A")


def _submit(stage: Stage, app: Services) -> Attempt:
    offer = stage.offer
    assert offer is not None
    answers = stage.bench.answers(offer, 5)
    return app.submissions.submit_answers("A", offer.draw.attempt_id, offer.token, answers)


def _withdraw(stage: Stage, app: Services) -> bool:
    """A question that was answered wrong."""
    assert stage.offer is not None
    return app.withdrawals.withdraw(stage.offer.draw.questions[-1].question_id, "wang", "why")


def _same_attempt(stage: Stage) -> Iterator[str]:
    """I6: both got the stored attempt as answer."""
    stored = list(stage.bench.state.attempts.values())
    told = [outcome for actor, outcome in stage.outcomes.items() if actor != "operator"]
    if len(stored) != 1 or any(outcome != stored[0] for outcome in told):
        yield f"I6 the answers differ from the stored attempt: {stage.outcomes}"


def _tries_twice(stage: Stage, app: Services) -> Claim | str:
    """The sharer, who has no chance, opens the page and tries again a second later, on the same instance."""
    try:
        return opens("sharer", 1)(stage, app)
    except NoChanceLeft:
        stage.wait(1)
    left = app.ports.participants.read_participation("sharer").me.chances.left
    try:
        return opens("sharer", 1)(stage, app)
    except NoChanceLeft:
        return f"refused with {left} chances"


def _has_tried(stage: Stage) -> Iterator[str]:
    outcome = stage.outcomes["claim"]
    if not isinstance(outcome, Claim) and outcome != "refused with 0 chances":
        yield f"I2 the sharer was {outcome}"


FOLLOW = event(Kind.FOLLOW, "friend", 1, "share-sharer")
UNFOLLOW = event(Kind.UNFOLLOW, "friend", 2)
RETURN = event(Kind.FOLLOW, "friend", 3, "share-sharer")


def _counted(stage: Stage) -> None:
    """The friend's follow brought the sharer a chance."""
    _friend(stage)
    FOLLOW(stage, stage.instance("before"))


def _spent(stage: Stage) -> None:
    """The sharer has spent the base chance, and has another passed attempt."""
    _friend(stage)
    stage.bench.passed("sharer")
    opens("sharer")(stage, stage.bench.instance())


def _two_chances(stage: Stage) -> None:
    """The sharer may claim twice from one read of the pool; another person may take the packets that it found."""
    _counted(stage)
    for openid in ("sharer", "A"):
        stage.bench.passed(openid)


def _claims_both(stage: Stage, app: Services) -> Claim:
    opens("sharer", 0)(stage, app)
    return opens("sharer", 1)(stage, app)


PEOPLE = {
    "last_packet": Scenario(
        people("A", "B"),
        {"A": opens("A"), "B": opens("B")},
        lambda stage: claims_and(stage, 1, PrizesExhausted),
        packets=1,
    ),
    "last_packet_three": Scenario(
        people("A", "B", "C"),
        {"A": opens("A"), "B": opens("B"), "C": opens("C")},
        lambda stage: claims_and(stage, 2, PrizesExhausted),
    ),
    "stale_look": Scenario(
        _two_chances,
        {"sharer": _claims_both, "A": opens("A")},
        lambda stage: iter(() if len(stage.bench.state.claims) == 3 else ("I1 three chances are not three claims",)),
        packets=3,
    ),
    "one_chance": Scenario(
        people("A", "A"),
        {"first": opens("A", 0), "second": opens("A", 1)},
        lambda stage: claims_and(stage, 1, NoChanceLeft),
    ),
    "same_claim": Scenario(
        people("A"),
        {"once": opens("A"), "twice": opens("A")},
        lambda stage: iter(() if len(stage.bench.state.claims) == 1 else ("I2 one attempt has not one claim",)),
    ),
    "same_submission": Scenario(_drawn, {"once": _submit, "twice": _submit}, _same_attempt),
    "withdrawn_question": Scenario(_drawn, {"once": _submit, "twice": _submit, "operator": _withdraw}, _same_attempt),
    "claim_unfollow": Scenario(
        people("A"),
        {"claim": opens("A"), "unfollow": event(Kind.UNFOLLOW, "A")},
        lambda stage: claims_and(stage, len(stage.bench.state.claims), NotFollowing),
    ),
    "claim_pause": Scenario(
        people("A"),
        {"claim": opens("A"), "pause": _pause},
        lambda stage: claims_and(stage, len(stage.bench.state.claims), ContestPaused),
        slow={"pool.free_window": 6},
    ),
    "follow_unfollow": Scenario(_friend, {"follow": FOLLOW, "unfollow": UNFOLLOW}, _settled),
    "follow_sign_in": Scenario(_friend, {"follow": FOLLOW, "sign in": _visit}),
    "two_sharers": Scenario(
        people("sharer", "other"), {"link": _visit, "code": event(Kind.FOLLOW, "friend", 1, "share-other")}, _one_sharer
    ),
    "late_unfollow": Scenario(_counted, {"return": RETURN, "unfollow": UNFOLLOW}, _settled),
    "unfollow_return": Scenario(_friend, {"unfollow": UNFOLLOW, "return": RETURN}),
    "referral": Scenario(_friend, {"follow": FOLLOW, "unfollow": UNFOLLOW, "return": RETURN}),
    "new_chance": Scenario(_spent, {"claim": _tries_twice, "follow": FOLLOW}, _has_tried),
    "referral_claim": Scenario(_friend, {"follow": FOLLOW, "unfollow": UNFOLLOW, "claim": opens("sharer")}, _settled),
}
