"""The words of a judgement: what an observation is worth, and how that compares with what was expected.

Why three steps: an answer is what the target said or did, an observation is what that amounts to, and a verdict is
what the documents make of it. Mixed into one, a crash soon counts as a rejection.
"""

from enum import Enum


class Verdict(Enum):
    """What an observation is worth."""

    PASS = "pass"  # noqa: S105 - no password
    TOLERATED = "tolerated"
    FAIL = "fail"
    NOT_TESTABLE = "not-testable"
    HARNESS_BUG = "harness-bug"


class Standing(Enum):
    """How a verdict compares with what expected.toml says."""

    AS_EXPECTED = "as-expected"
    UNEXPECTED = "unexpected"
    STALE = "stale"
