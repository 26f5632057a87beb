"""What moves together? The rank correlations of a table's columns and targets, and which are no accident.

>>> from campanile.quality.correlation import CorrelationSpec, correlate
>>> found = correlate(workspace, CorrelationSpec(table="customers", targets=("Response",)))    # doctest: +SKIP
>>> print(found.answer)                                                                        # doctest: +SKIP
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Correlated": "campanile.quality.correlation.result",
        "CorrelationSpec": "campanile.quality.correlation.spec",
        "correlate": "campanile.quality.correlation.answer",
        "sections": "campanile.quality.correlation.section",
    },
)
