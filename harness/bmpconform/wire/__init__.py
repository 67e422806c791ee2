"""Octets to values and back: the layout of each message, written once. Pure, no I/O."""
