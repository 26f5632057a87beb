"""The web application: one page per question, and the API.

>>> from campanile.web import create_app
>>> app = create_app(workspace)                                     # doctest: +SKIP
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Address": "campanile.web.service",
        "ServeSpec": "campanile.web.service",
        "create_app": "campanile.web.app",
        "serve": "campanile.web.service",
    },
)
