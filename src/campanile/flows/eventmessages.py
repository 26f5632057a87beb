"""What a study of events says to each kind of its customers: drafted or declared, written beside the predictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from campanile.flows.events import StudyMessages
from campanile.words import say

if TYPE_CHECKING:
    from campanile.flows.eventrun import Running


def messaged(running: Running, training: Mapping[str, Any], listed: int | None) -> dict[str, Any]:
    """Write the messages by the list of version ``listed``; return where to, and the version of what was kept."""
    asked = running.study.messages or StudyMessages()
    said = {
        "model": training["model"], "version": training["version"], "audience": listed, "whose": asked.whose,
        "classes": asked.classes, "segments": asked.segments,
    }  # fmt: skip

    def work() -> Mapping[str, Any]:
        from campanile import audience

        done = audience.draft(running.workspace, audience.MessagesSpec(**said))
        kept = running.workspace.artifact("messages", done.model)
        return {"version": kept.version, "words": [line.to_dict() for line in done.words()]}

    done = running.steps.do("messages", say("Writing the messages"), said, work)
    from campanile.audience.messages import written

    path = written(running.workspace, asked.file, training["model"], done["version"])
    return {"path": str(path.resolve()), **done}
