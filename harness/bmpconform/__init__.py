"""Conformance harness and fuzzer for BMP, the BGP Monitoring Protocol.

Why so little here: importing the package costs nothing that its user did not ask for.
"""

__all__ = ["__version__"]

# The build reads it here.
__version__ = "0.1.0"
