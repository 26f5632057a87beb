"""One row per entity and cut-off, of events: what was known then, and nothing of what came after.

A ``PanelSpec`` is data: tables and how they join, cut-offs, targets, and features as SQL aggregates. ``check`` holds it
against the tables' columns; ``assemble`` makes of it one Ibis expression, for any engine.
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "CalendarSpec": "campanile.features.events.spec",
        "FeatureSpec": "campanile.features.events.spec",
        "PanelSpec": "campanile.features.events.spec",
        "TargetSpec": "campanile.features.events.spec",
        "check": "campanile.features.events.checking",
        "cutoffs": "campanile.features.events.calendar",
        "assemble": "campanile.features.events.panel",
        "span": "campanile.features.events.calendar",
    },
)
