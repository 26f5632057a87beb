"""What is asked: which two versions of which table."""

from __future__ import annotations

from pydantic import Field

from campanile.workspace.spec import Spec


class DifferenceSpec(Spec):
    """Ask what differs between two versions of a table."""

    table: str
    before: int = Field(ge=1)
    after: int = Field(ge=1)
