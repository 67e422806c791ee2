"""What is asked again about a finding is asked of children that have seen nothing else."""

import raw
from bmpconform.corpus.vector import Op
from bmpconform.fuzz.again import Prober, confirmed, smaller
from bmpconform.fuzz.finding import Found
from bmpconform.run.runner import Contender
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.targets.protocol import Rejected
from bmpconform.targets.replies import Answered, Case, Reply
from campaigns import NOTHING, octets_of, right
from vectors import ABLE, FakeTarget

PROFILE = PROFILES[DEFAULT_PROFILE]
BOTH = raw.initiation(raw.tlv(2, b"name"), raw.tlv(1, b"descr"), raw.tlv(0, b"cause"), raw.tlv(0, b"effect"))


def remembering() -> FakeTarget:
    """Return a child that refuses one text once it has met another."""
    met: list[bytes] = []

    def reply(case: Case) -> Reply:
        met.append(octets_of(case))
        is_refused = b"effect" in met[-1] and any(b"cause" in octets for octets in met)
        return Answered((Rejected(1, "no"),)) if is_refused else right(case)

    return FakeTarget(reply, ABLE)


def forgetful() -> FakeTarget:
    """Return a child that refuses one text where the other is in the same message."""

    def reply(case: Case) -> Reply:
        is_refused = b"effect" in octets_of(case) and b"cause" in octets_of(case)
        return Answered((Rejected(1, "no"),)) if is_refused else right(case)

    return FakeTarget(reply, ABLE)


def made_small(contender: Contender) -> tuple[Found, Found | None]:
    """Return what is found with both texts, and the same made small."""
    with Prober(contender, PROFILE) as prober:
        found = prober.ask(BOTH, Op.DECODE)
    assert found is not None
    assert confirmed(contender, PROFILE, found) == found
    shrinking = smaller(contender, PROFILE, found)
    while True:
        try:
            next(shrinking)
        except StopIteration as end:
            return found, end.value


def test_what_a_child_does_for_what_it_met_before_is_no_smaller_finding() -> None:
    _, small = made_small(Contender("fake", remembering, NOTHING))
    assert small is None


def test_what_a_child_does_each_time_is() -> None:
    found, small = made_small(Contender("fake", forgetful, NOTHING))
    assert small is not None
    assert small.fault == found.fault
    assert b"cause" in small.octets
    assert b"effect" in small.octets
    assert len(small.octets) < len(found.octets)
