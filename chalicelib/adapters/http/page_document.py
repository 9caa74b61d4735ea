"""The page's document, filled with the contest's texts: the first paint shows them, before the page's script runs."""

import re
from html import escape

from chalicelib.adapters.http.page_files import PAGE, PageFile, etag_of, page_files
from chalicelib.domain.contest import Contest

PLACE = re.compile(r"\{\{(\w+)\}\}")
"""A placeholder of index.html."""


def page_document(contest: Contest) -> PageFile:
    """Returns index.html as this contest's participants get it. Every text is escaped."""
    built = page_files()[PAGE]
    texts = _texts(contest)
    body = PLACE.sub(lambda place: texts[place[1]], str(built.body))
    return PageFile(body, built.content_type, built.caching, etag_of(body.encode()))


def _texts(contest: Contest) -> dict[str, str]:
    """Returns HTML by placeholder."""
    page, window, office = contest.page, contest.window, contest.office
    plain = {
        "theme": contest.theme,
        "account": contest.account_name,
        "opens_at": window.opening,
        "closes_at": window.closing,
        "closing_words": page.closing_words,
        "office": f"主办方：{office.name} {office.phone}".strip() if office.name else "",
    }
    seal = f'<span class="mark" aria-hidden="true">{escape(page.seal)}</span>' if page.seal else ""
    # A line breaks between phrases, not within one.
    phrases = " ".join(f"<span>{escape(phrase)}</span>" for phrase in contest.theme.split())
    return {name: escape(text) for name, text in plain.items()} | {"seal": seal, "phrases": phrases}
