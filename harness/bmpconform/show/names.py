"""Names for people: of code points in the registries, and of those that BGP brings along.

Why apart from `wire.codes`: there a name is what code is written with, here it is what the documents write.
"""

import re
from collections.abc import Mapping
from enum import IntEnum, IntFlag

from bmpconform.wire.codes import Registry, Status

# What the words of an enum's member are in the documents; longer ones first.
_WORDS = {
    "sys descr": "sysDescr",
    "sys name": "sysName",
    "vrf table name": "VRF/Table Name",
    "admin label": "Admin Label",
    "adj rib in": "Adj-RIB-In",
    "adj rib out": "Adj-RIB-Out",
    "loc rib": "Loc-RIB",
    "long lived": "long-lived",
    "first come": "first come",
    "treated as withdraw": "treated-as-withdraw",
    "as path": "AS_PATH",
    "as4 path": "AS4_PATH",
    "as confed": "AS_CONFED",
    "four octet as": "4-octet AS number",
    "add path": "ADD-PATH",
    "pre policy": "pre-policy",
    "post policy": "post-policy",
    "cluster list": "CLUSTER_LIST",
    "originator id": "ORIGINATOR_ID",
    "next hop": "next hop",
    "multi exit disc": "MULTI_EXIT_DISC",
    "local pref": "LOCAL_PREF",
    "mp reach nlri": "MP_REACH_NLRI",
    "mp unreach nlri": "MP_UNREACH_NLRI",
    "de configured": "de-configured",
    "bgp": "BGP",
    "fsm": "FSM",
    "fqdn": "FQDN",
    "pdu": "PDU",
    "rd": "RD",
    "rpki": "RPKI",
    "tlvs": "TLVs",
}
_WORD = re.compile(rf"\b({'|'.join(map(re.escape, _WORDS))})\b")

AFI = {1: "IPv4", 2: "IPv6", 25: "L2VPN", 16388: "BGP-LS"}
SAFI = {
    1: "unicast",
    2: "multicast",
    4: "labelled unicast",
    5: "multicast VPN",
    65: "VPLS",
    70: "EVPN",
    71: "BGP-LS",
    72: "BGP-LS VPN",
    73: "SR policy",
    128: "VPN unicast",
    129: "VPN multicast",
    132: "route target constraint",
    133: "flow specification",
    134: "VPN flow specification",
}
ADD_PATH_DIRECTION = {1: "receive", 2: "send", 3: "send and receive"}
NOTIFICATION = {
    1: "Message Header Error",
    2: "OPEN Message Error",
    3: "UPDATE Message Error",
    4: "Hold Timer Expired",
    5: "Finite State Machine Error",
    6: "Cease",
    7: "ROUTE-REFRESH Message Error",
    8: "Send Hold Timer Expired",
}
ORIGIN = {0: "IGP", 1: "EGP", 2: "INCOMPLETE"}


def name_of(code: IntEnum | IntFlag) -> str:
    """Return the name of a member in the words of the documents: `SYS_DESCR` is sysDescr."""
    words = (code.name or "").replace("_", " ").lower()
    return _WORD.sub(lambda match: _WORDS[match[1]], words)


def title_of(code: IntEnum) -> str:
    """Return the name of a member as a title: `PEER_UP` is Peer Up."""
    return (code.name or "").replace("_", " ").title()


def upper_of(code: IntEnum) -> str:
    """Return the name of a member as BGP writes its messages and attributes: `AS_PATH`, `ROUTE-REFRESH`."""
    return code.name or ""


def member(codes: type[IntEnum], number: int) -> IntEnum | None:
    """Return the member of `codes` with this number, None where there is none."""
    return next((code for code in codes if code == number), None)


def registered(registry: Registry, number: int, documents: frozenset[str]) -> str:
    """Return the name of a code point and, where `documents` do not assign it, what the registry says of it."""
    known = member(registry.codes, number)
    status = registry.status(number, documents)
    if known is None:
        return status.value
    name = title_of(known) if registry.name == "BMP Message Types" else name_of(known)
    return name if status is Status.ASSIGNED else f"{name}: {status.value}"


def listed(names: Mapping[int, str], number: int) -> str:
    """Return the name of a number, "not known" where this table has none."""
    return names.get(number, "not known by name")
