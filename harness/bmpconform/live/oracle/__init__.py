"""What a transcript and the facts say about each clause that only a live session shows. Pure."""

from bmpconform.live.oracle import checks as _checks
from bmpconform.live.oracle.case import Case
from bmpconform.live.oracle.check import CHECKS, LiveCheck, Ruling, Standing, by_clause, rule_on

# Importing them registers them.
REGISTERED = tuple(_checks.__all__)

__all__ = ["CHECKS", "REGISTERED", "Case", "LiveCheck", "Ruling", "Standing", "by_clause", "rule_on"]
