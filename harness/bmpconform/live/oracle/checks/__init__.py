"""The checks themselves, one module for each part of a session; importing this package registers them all."""

from bmpconform.live.oracle.checks import (
    closing,
    collectors,
    connections,
    loc_rib,
    mirroring,
    opening,
    peers,
    policies,
    reconnecting,
    routes,
    timestamps,
)

__all__ = [
    "closing",
    "collectors",
    "connections",
    "loc_rib",
    "mirroring",
    "opening",
    "peers",
    "policies",
    "reconnecting",
    "routes",
    "timestamps",
]
