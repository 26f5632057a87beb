"""The address at which the application listens."""

from __future__ import annotations

import errno
import http.client
import ipaddress
import socket

from campanile.words import Sentence, say
from campanile.workspace.errors import BadInput

_BACKLOG = 1024


def listen(host: str, port: int) -> socket.socket:
    """Listen at an address of this machine; port 0 takes a free one. Raises BadInput where that cannot be."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        # From here on connections wait; also while a web process is started anew.
        listening.listen(_BACKLOG)
    except OSError as error:
        raise BadInput(*_told(error, host, port)) from None
    return listening


def url(listening: socket.socket) -> str:
    """Return the address for a browser on this machine."""
    host, port = listening.getsockname()[:2]
    named = ipaddress.ip_address(host)
    if named.is_unspecified:
        named = ipaddress.ip_address("127.0.0.1" if named.version == 4 else "::1")
    return f"http://{f'[{named}]' if named.version == 6 else named}:{port}"


def answers(listening: socket.socket, seconds: float) -> bool:
    """Tell whether the application answers there within that time."""
    connection = http.client.HTTPConnection(url(listening).removeprefix("http://"), timeout=seconds)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _told(error: OSError, host: str, port: int) -> tuple[Sentence, Sentence]:
    if error.errno == errno.EADDRINUSE:
        return (
            say("Port {port} at {host} is in use by another program.", port=port, host=host),
            say("Choose another with --port; --port 0 takes one that is free."),
        )
    if error.errno == errno.EACCES:
        return (
            say("The system does not allow port {port} at {host}.", port=port, host=host),
            say("Choose one above 1023 with --port."),
        )
    return (
        say("{host:quoted} is no address of this machine.", host=host),
        say("Choose another with --host: 127.0.0.1 for this machine alone, 0.0.0.0 for all of its addresses."),
    )
