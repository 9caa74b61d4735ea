"""Addresses of the application: what counts as one, and how a person enters by it."""

from urllib.parse import quote, urlsplit


def is_under(url: str, base_url: str) -> bool:
    """Whether the address has exactly the scheme, host and port of `base_url`."""
    # Browsers and urllib disagree about these characters, which is how open redirects are made.
    if "\\" in url or not url.isprintable() or " " in url:
        return False
    try:
        parts, base = urlsplit(url), urlsplit(base_url)
    except ValueError:
        return False
    return (parts.scheme, parts.netloc) == (base.scheme, base.netloc)


def entry_url(url: str, base_url: str) -> str:
    """The address to open for a person who may not be the one the browser's session is for.

    Everything but the authorization itself and a share link, which goes through it anyway, is entered by way
    of the authorization: in one browser it is what makes the next page this person's."""
    parts = urlsplit(url)
    if parts.path.startswith(("/oauth/", "/s/")):
        return url
    inside = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return f"{base_url}/oauth/start?next={quote(inside, safe='/')}"
