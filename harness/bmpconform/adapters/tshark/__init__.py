"""Wireshark's dissector of BMP as a target."""
