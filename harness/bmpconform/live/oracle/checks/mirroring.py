"""Route Mirroring and reports, held against the PDUs that the peers sent: RFC 7854 sections 4.7, 4.8 and 6."""

from bmpconform.live.facts import Sent
from bmpconform.live.oracle.case import Case
from bmpconform.live.oracle.check import HELD, Need, Ruling, broken, chosen, live_check, place_of, untested, worst
from bmpconform.live.oracle.routes import pdu_of
from bmpconform.wire.codes import MirroringCode, MirroringTlvType
from bmpconform.wire.messages import MirroringTlv, RouteMirroring, StatisticsReport

_KNOWN = (Need.SESSION, Need.FACTS)


@live_check("RFC7854-4.7-10", code="mirrored-pdu-differs", needs=_KNOWN)
def a_mirrored_pdu_is_verbatim(case: Case) -> Ruling:
    """Judge that each mirrored PDU is one that its peer sent, octet for octet."""
    sent = case.truth.of(Sent)
    rulings = (
        _verbatim(tlv, [fact for fact in sent if case.is_of(message.peer, fact.peer)], place_of(heard, arrived.number))
        for heard in case.sessions
        for arrived, message in heard.of(RouteMirroring)
        for tlv in message.tlvs
        if tlv.type == MirroringTlvType.BGP_MESSAGE
    )
    return worst(rulings if sent else (), "nothing was mirrored, or what the peers sent is not known")


def _verbatim(tlv: MirroringTlv, sent: list[Sent], place: str) -> Ruling:
    if isinstance(tlv.value, bytes):
        known = any(bytes.fromhex(fact.pdu) == tlv.value for fact in sent)
    else:
        known = any(pdu_of(fact.pdu) == tlv.value for fact in sent)
    return HELD if known else broken("a PDU that the peer did not send", "a verbatim copy", place)


@live_check("RFC7854-6-2", code="errored-pdu", needs=(Need.SESSION,))
def an_errored_pdu_may_be_mirrored(case: Case) -> Ruling:
    """Note whether a malformed PDU is mirrored as such."""
    codes = {
        tlv.value
        for heard in case.sessions
        for _, message in heard.of(RouteMirroring)
        for tlv in message.tlvs
        if tlv.type == MirroringTlvType.INFORMATION
    }
    if MirroringCode.ERRORED_PDU.to_bytes(2) in codes:
        return chosen("mirrors-errored-pdus")
    if any(event.text == "SendMalformed" for event in case.transcript.events):
        return chosen("mirrors-no-errored-pdus")
    return untested(case.cannot() or "no malformed PDU was sent")


@live_check("RFC7854-4.8-11", code="reports", needs=(Need.SESSION,))
def reports_are_optional(case: Case) -> Ruling:
    """Note whether reports come, and how far apart."""
    times = [arrived.at for heard in case.sessions for arrived, _ in heard.of(StatisticsReport)]
    if not times:
        return chosen("no-reports")
    return chosen("reports", f"{len(times)} in {times[-1] - times[0]:.1f} s")
