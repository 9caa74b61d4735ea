"""Figures of the question bank: `python -m tests.bank`. docs/question-bank.md has its tables."""

from collections import Counter
from collections.abc import Collection, Iterator
from statistics import median

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.bank import Question
from chalicelib.domain.draw_cells import clash_probability, draw_cells
from tests.bank.banks import BEFORE, SHIPPED
from tests.bank.guesses import guesses, rate
from tests.bank.likeness import give_aways
from tests.bank.numbers import ranks

WORDS = ("easy", "medium", "hard", "text", "page", "open")


def main() -> None:
    print("\n".join([*subject_table(), "", *guess_table(), ""]))
    stems = [len(one.stem) for one in SHIPPED.questions]
    print(f"stems: median {median(stems):.0f} characters, longest {max(stems)}")
    print("rank of the right amount:", dict(sorted(ranks(SHIPPED.questions).items())))
    cells = draw_cells(SHIPPED, load_contest_file(PACKAGED).quiz)
    print(f"a random draw clashes with a probability of at most {clash_probability(cells):.1%}")
    print("answers given away within a group:")
    for told, teller, part in give_aways(SHIPPED):
        print(f"  {told.id} by the {part} of {teller.id} ({told.group or 'NO GROUP'})")


def subject_table() -> Iterator[str]:
    yield f"| subject | questions | {' | '.join(WORDS)} |"
    yield "|---|" + "---|" * (1 + len(WORDS))
    by_subject: dict[str, list[Question]] = {}
    for one in SHIPPED.questions:
        by_subject.setdefault(one.subject, []).append(one)
    for subject, questions in sorted(by_subject.items(), key=lambda item: -len(item[1])):
        yield _row(subject, questions)
    yield _row("all", SHIPPED.questions)


def _row(name: str, questions: Collection[Question]) -> str:
    counts = Counter(word for one in questions for word in (one.difficulty, one.checked))
    return f"| {name} | {len(questions)} | {' | '.join(str(counts[word]) for word in WORDS)} |"


def guess_table() -> Iterator[str]:
    yield "| guess | the 80 questions of before | now |"
    yield "|---|---|---|"
    before = guesses(BEFORE)
    for name, guess in guesses(SHIPPED).items():
        yield f"| {name} | {rate(BEFORE.questions, before[name]):.1%} | {rate(SHIPPED.questions, guess):.1%} |"


if __name__ == "__main__":
    main()
