"""A stream to look at: annotated octets, field by field, as values that a report renders.

Why values: the terminal, JSON and a program that imports this see the same.
"""

from bmpconform.show.stream import (
    Shown,
    ShownEnd,
    ShownField,
    ShownMessage,
    ShownStream,
    ShownTrouble,
    ShownUnframed,
    show,
)

__all__ = ["Shown", "ShownEnd", "ShownField", "ShownMessage", "ShownStream", "ShownTrouble", "ShownUnframed", "show"]
