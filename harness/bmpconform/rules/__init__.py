"""The rules: for each clause the code that checks it, one module for each message type and one for streams.

Why imported here: a rule registers itself under its clauses when its module is read.
"""

from bmpconform.rules import (  # noqa: F401 - read for the rules that they register
    framing,
    initiation,
    loc_rib,
    peer_down,
    peer_header,
    peer_up,
    reports,
    route_mirroring,
    route_monitoring,
    routes,
    statistics,
    stream,
    termination,
    update,
)
