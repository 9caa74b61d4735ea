"""What a participant's poster says, and the name of the background that shows exactly this."""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256

from chalicelib.domain.contest import Contest, ReferralShow
from chalicelib.domain.shanghai import SHANGHAI
from chalicelib.domain.texts import fill


@dataclass(frozen=True, slots=True)
class PosterFacts:
    """All text around the code. Nothing in it is about the participant."""

    heading: str
    theme: str
    seal: str
    """One character; empty for none."""
    slogan: str
    period: str
    press: str
    """The words under the code."""
    steps: tuple[tuple[str, str], ...]
    """How to take part: two lines each."""
    organisers: tuple[str, ...]

    @property
    def digest(self) -> str:
        return sha256(json.dumps(asdict(self), ensure_ascii=False).encode()).hexdigest()[:16]


def poster_facts(contest: Contest) -> PosterFacts:
    """Speaks of money only where the organiser wants the page to promise the chance for sharing."""
    quiz, account = contest.quiz, contest.account_name
    promised = contest.referral.show is ReferralShow.CHANCE
    return PosterFacts(
        heading=f"{account} · {contest.packet.act_name}",
        theme=contest.theme,
        seal=contest.page.seal,
        slogan=fill(contest.referral.description, contest),
        period=f"{contest.window.opens_at.astimezone(SHANGHAI).year}年{contest.window.opening}至{contest.window.closing}",
        press="长按识别二维码，关注后答题",
        steps=(
            ("关注公众号", account),
            (f"随机{quiz.draw_size}道题", f"{quiz.attempt_minutes}分钟内答完"),
            (f"答对{quiz.pass_mark}题", "抽取现金红包" if promised else "即为达标"),
        ),
        organisers=tuple(f"{one.role}：{one.name}" for one in contest.page.organisers),
    )
