"""Wrong passwords: what they are told, and how many are put up with, counted in the log over all processes."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta

from campanile.words import plural, say
from campanile.workspace.audit import Audit
from campanile.workspace.errors import BadInput

_WINDOW = timedelta(minutes=15)
_FAILURES_OF_NAME = 5
_FAILURES_OF_ADDRESS = 20


class WrongPassword(BadInput):
    """Name and password do not let anybody in."""


class Throttled(BadInput):
    """Too many wrong passwords; ``wait_s`` says how many seconds to wait."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            say("Too many wrong passwords."),
            plural("Try again in {n:number} minute.", "Try again in {n:number} minutes.", n=-(-wait_s // 60)),
        )
        self.wait_s = wait_s


def throttle(audit: Audit, subject: str, network: str) -> None:
    """Raise Throttled after too many wrong passwords for one name since it last came in, or from one network."""
    now = datetime.now(UTC)
    since = now - _WINDOW
    entered = audit.times("login", "done", since, subject=subject)
    of_name = audit.times("login", "refused", entered[-1] if entered else since, subject=subject)
    of_network = audit.times("login", "refused", since, address=network)
    for failures, most in ((of_name, _FAILURES_OF_NAME), (of_network, _FAILURES_OF_ADDRESS)):
        if len(failures) >= most:
            raise Throttled(max(1, round((failures[-most] + _WINDOW - now).total_seconds())))


def network_of(address: str) -> str:
    """Return whom failures are counted for: an address, of IPv6 the network that one household or office has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and not found.is_loopback:
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
