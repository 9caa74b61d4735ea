"""Who asks for a page of the desk, and what all pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalice.app import Request

from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.desk_link import DeskLink
from chalicelib.domain.errors import NotSignedIn


@dataclass(frozen=True, slots=True)
class NavItem:
    path: str
    title: str


@dataclass(frozen=True, slots=True)
class DeskVisitor:
    """A request to the desk. On the entry page, and on a page about an error, the visitor may be nobody."""

    request: Request
    path: str
    """The address asked for, without its query."""
    contest: Contest
    now: datetime
    known: DeskLink | None
    nav: Sequence[NavItem] = ()
    """The pages of the visitor's role."""
    is_local: bool = False

    @property
    def link(self) -> DeskLink:
        """Raises NotSignedIn."""
        if self.known is None:
            raise NotSignedIn
        return self.known

    @property
    def who(self) -> str:
        """For the log. Raises NotSignedIn."""
        return self.link.who
