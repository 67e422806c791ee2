"""Octets to findings: frames, messages, rules, and each finding placed where its octets are.

Why one function: `check` is the first of the product's flows, and everything that the command says of an input is
an event of it.
"""

from bmpconform.check.flow import Input, Options, check, trouble_code
from bmpconform.check.judge import PacketMap, StreamJudge
from bmpconform.check.place import Place, finding_line, locate, nearest_field

__all__ = [
    "Input",
    "Options",
    "PacketMap",
    "Place",
    "StreamJudge",
    "check",
    "finding_line",
    "locate",
    "nearest_field",
    "trouble_code",
]
