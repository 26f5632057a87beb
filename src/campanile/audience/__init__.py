"""Who should we talk to?

>>> from campanile.audience import AudienceSpec, select
>>> spec = AudienceSpec(contact_cost=3, sale_value=11, budget=1_000)
>>> audience = select(workspace, spec)                              # doctest: +SKIP
>>> str(audience.words)                                             # doctest: +SKIP
'333 of these 2,240 customers can be contacted: expected profit 1,350 (1,110 to 1,590).'
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Audience": "campanile.audience.result",
        "AudienceSpec": "campanile.audience.spec",
        "CutSpec": "campanile.audience.spec",
        "MessagesSpec": "campanile.audience.spec",
        "customers": "campanile.audience.selection",
        "draft": "campanile.audience.messages",
        "hold": "campanile.audience.held",
        "read": "campanile.audience.selection",
        "recut": "campanile.audience.held",
        "sections": "campanile.audience.section",
        "select": "campanile.audience.selection",
        "write": "campanile.audience.export",
    },
)
