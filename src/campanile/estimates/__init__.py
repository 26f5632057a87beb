"""An estimate with its interval, and how intervals are made.

>>> from campanile.estimates import wilson
>>> share = wilson(successes=334, trials=2240)
>>> str(share.told("percent"))
'14.9% (13.5% to 16.4%)'
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Estimate": "campanile.estimates.estimate",
        "bootstrap": "campanile.estimates.resampling",
        "Ordered": "campanile.estimates.effects",
        "interval_of_total": "campanile.estimates.proportions",
        "orderer": "campanile.estimates.effects",
        "places": "campanile.estimates.effects",
        "resample_weights": "campanile.estimates.resampling",
        "wilson": "campanile.estimates.proportions",
    },
)
