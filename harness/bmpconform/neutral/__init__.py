"""The neutral form: what a target shows of a message, and how that is held against what is in it.

Why a form of our own: libraries name and shape the same octets in as many ways as there are libraries.
"""

from bmpconform.neutral.build import NeutralError, build
from bmpconform.neutral.compare import compare
from bmpconform.neutral.difference import Difference
from bmpconform.neutral.form import Message, Session
from bmpconform.neutral.keys import Bgp, hidden, missing
from bmpconform.neutral.malformed import malformed
from bmpconform.neutral.over_read import over_read
from bmpconform.neutral.request import by_parts, request
from bmpconform.neutral.schema import schema
from bmpconform.neutral.shallow import shallow
from bmpconform.neutral.show import show, show_octets

__all__ = [
    "Bgp",
    "Difference",
    "Message",
    "NeutralError",
    "Session",
    "build",
    "by_parts",
    "compare",
    "hidden",
    "malformed",
    "missing",
    "over_read",
    "request",
    "schema",
    "shallow",
    "show",
    "show_octets",
]
