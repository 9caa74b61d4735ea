"""The words of the law on which each question rests that was checked in a text: `evidence.csv` and `articles/`.

`articles/` has only the articles that are quoted, copied from the texts of July 2020 that the questions were written
from; an article of an amendment to the criminal law is one of its numbered paragraphs.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Evidence(NamedTuple):
    """The exact words, in this article of this file, that prove a question's answer."""

    id: str
    file: str
    article: str
    words: str


def evidence() -> Iterator[Evidence]:
    with (HERE / "evidence.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Evidence(**row)


def articles(file: str) -> dict[str, str]:
    """The articles of one law, by their headings."""
    text = (HERE / "articles" / file).read_text(encoding="utf-8")
    parts = (part.partition("\n") for part in text.split("\n## ")[1:])
    return {heading: words.strip() for heading, _, words in parts}
