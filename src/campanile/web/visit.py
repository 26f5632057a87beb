"""One request as pages and API see it: who asks, in which language and theme, of which workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from campanile.words import say, speaking
from campanile.words.palette import Theme
from campanile.workspace import Workspace
from campanile.workspace.accounts import Right, Visitor
from campanile.workspace.audit import Actor
from campanile.workspace.errors import CampanileError


class Forbidden(CampanileError):
    """The visitor has no right to that."""


@dataclass(frozen=True)
class Visit:
    """Who asks, from which address, and how they read."""

    workspace: Workspace
    visitor: Visitor
    language: str
    theme: Theme
    address: str = ""

    def may(self, right: Right) -> bool:
        """Tell whether the visitor has that right."""
        return self.visitor.may(right)

    def need(self, right: Right) -> None:
        """Raise Forbidden where the visitor has no such right."""
        if not self.may(right):
            raise Forbidden(
                say("{name} may not do this: it needs the right {right:quoted}.", name=self.visitor.name, right=right),
                say("Ask an administrator for another role."),
            )

    @property
    def actor(self) -> Actor:
        """The visitor as the log names them."""
        return Actor(self.visitor.name, self.visitor.via, self.address)

    def note(self, action: str, subject: str = "", outcome: str = "done") -> None:
        """Write into the log what the visitor did, such as ``note("train", "customers")``; no values of rows."""
        self.workspace.accounts.audit.note(self.actor, action, subject, outcome)


_visit: ContextVar[Visit] = ContextVar("visit")


def visit() -> Visit:
    """Return the visit of the request that is being answered."""
    return _visit.get()


@contextmanager
def visiting(one: Visit) -> Iterator[None]:
    """Answer one request: ``visit()`` gives it, words are in its language."""
    token = _visit.set(one)
    try:
        with speaking(one.language):
            yield
    finally:
        _visit.reset(token)
