"""Finds the IP header in a frame, for each link type that captures of TCP are made with.

Why by link type and not by looking for an IP header: octets that look like one are everywhere.
"""

from collections.abc import Callable

NO_IP = -1

_IPV4, _IPV6 = bytes.fromhex("0800"), bytes.fromhex("86dd")
_IP = (_IPV4, _IPV6)
# IEEE 802.1Q, 802.1ad, and what was used before 802.1ad.
_VLAN_TAGS = frozenset({bytes.fromhex("8100"), bytes.fromhex("88a8"), bytes.fromhex("9100")})
_TAG = 4
_ETHERNET, _ETHERNET_TYPE_AT = 14, 12
_COOKED, _COOKED_TYPE_AT = 16, 14
_COOKED_2 = 20
_LOOPBACK = 4
# AF_INET, and AF_INET6 of NetBSD and OpenBSD, FreeBSD, Darwin, Linux, Windows; in the byte order of their host.
_FAMILIES = frozenset(
    family.to_bytes(4, byte_order) for family in (2, 24, 28, 30, 10, 23) for byte_order in ("big", "little")
)


def _ethernet(frame: bytes) -> int:
    if frame.startswith(_IP, _ETHERNET_TYPE_AT):
        return _ETHERNET
    return _behind_tags(frame, frame[_ETHERNET_TYPE_AT:_ETHERNET], _ETHERNET)


def _cooked(frame: bytes) -> int:
    return _behind_tags(frame, frame[_COOKED_TYPE_AT:_COOKED], _COOKED)


def _cooked_2(frame: bytes) -> int:
    return _behind_tags(frame, frame[:2], _COOKED_2)


def _behind_tags(frame: bytes, kind: bytes, at: int) -> int:
    """Return where the IP header is, if `kind` is what begins at `at`: a tag holds the kind of what follows it."""
    while kind in _VLAN_TAGS:
        kind = frame[at + 2 : at + _TAG]
        at += _TAG
    return at if kind in _IP else NO_IP


def _loopback(frame: bytes) -> int:
    return _LOOPBACK if frame[:_LOOPBACK] in _FAMILIES else NO_IP


def _raw(frame: bytes) -> int:
    return 0 if frame else NO_IP


# Link type of the capture -> where the IP header of a frame begins.
LINKS: dict[int, Callable[[bytes], int]] = {
    0: _loopback,
    1: _ethernet,
    12: _raw,
    14: _raw,
    101: _raw,
    108: _loopback,
    113: _cooked,
    228: _raw,
    229: _raw,
    276: _cooked_2,
}
