"""Figures of the question bank: `python -m tests.bank`, for docs/question-bank.md."""

from collections import Counter
from collections.abc import Iterable
from statistics import median

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.bank import Question
from chalicelib.domain.draw_cells import clash_probability, draw_cells
from tests.bank.banks import BEFORE, SHIPPED
from tests.bank.guesses import guesses, rate
from tests.bank.likeness import give_aways, near_duplicates
from tests.bank.numbers import ranks

DIFFICULTIES, CHECKED = ("easy", "medium", "hard"), ("text", "page", "open")


def main() -> None:
    print("| subject | questions | easy | medium | hard | text | page | open |\n|---|---|---|---|---|---|---|---|")
    by_subject: dict[str, list[Question]] = {}
    for one in SHIPPED.questions:
        by_subject.setdefault(one.subject, []).append(one)
    for subject, questions in sorted(by_subject.items(), key=lambda item: -len(item[1])):
        print(_row(subject, questions))
    print(_row("all", SHIPPED.questions))

    print("\n| guess | before | now |\n|---|---|---|")
    before, now = guesses(BEFORE), guesses(SHIPPED)
    for name in now:
        print(f"| {name} | {rate(BEFORE.questions, before[name]):.1%} | {rate(SHIPPED.questions, now[name]):.1%} |")

    stems = [len(one.stem) for one in SHIPPED.questions]
    print(f"\nstems: median {median(stems):.0f} characters, longest {max(stems)}")
    print("right amount's rank:", dict(sorted(ranks(SHIPPED.questions).items())))
    cells = draw_cells(SHIPPED, load_contest_file(PACKAGED).quiz)
    print(f"a random draw clashes with a probability of at most {clash_probability(cells):.1%}")
    print("near duplicates:", [(one.id, two.id) for _, one, two in near_duplicates(SHIPPED)])
    print("answers given away within a group:")
    for told, teller, part in give_aways(SHIPPED):
        print(f"  {told.id} by the {part} of {teller.id} ({told.group or 'NO GROUP'})")


def _row(name: str, questions: Iterable[Question]) -> str:
    found = list(questions)
    counts = Counter(one.difficulty for one in found) + Counter(one.checked for one in found)
    cells = (name, len(found), *(counts[word] for word in (*DIFFICULTIES, *CHECKED)))
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
