"""Addresses that only this machine can reach, and what an address that others reach asks for."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from campanile.words import say
from campanile.workspace.errors import BadInput

if TYPE_CHECKING:
    from campanile.workspace.place import Workspace


def is_loopback(host: str) -> bool:
    """Tell whether a host's name or address, without port, is this machine's own (127.0.0.0/8, ::1, localhost)."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def check_open(workspace: Workspace, host: str) -> None:
    """Raise BadInput where others can reach ``host`` and nobody could sign in as an administrator."""
    if is_loopback(host) or any(one.role == "admin" and not one.closed for one in workspace.accounts.users()):
        return
    raise BadInput(
        say("Others can reach the address {host:quoted}, and there is no administrator's account yet.", host=host),
        say("Make one: campanile users add NAME --role admin"),
    )
