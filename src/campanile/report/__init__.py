"""Sections (words, figure, table) laid out as one self-contained page."""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Grid": "campanile.report.sections",
        "Heading": "campanile.report.sections",
        "Page": "campanile.report.page",
        "Picture": "campanile.report.sections",
        "Prose": "campanile.report.sections",
        "Section": "campanile.report.sections",
        "render": "campanile.report.page",
        "styled": "campanile.report.style",
    },
)
