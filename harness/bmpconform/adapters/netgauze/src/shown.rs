//! NetGauze's BMP messages in the neutral form.

use bmp_adapter::hex::{Decimal, Hex};
use bmp_adapter::neutral::{Message, Peer, Statistic, Tlv, address16};
use netgauze_bmp_pkt::v3::{
    InitiationInformation, MirroredBgpMessage, PeerDownNotificationReason, PeerUpNotificationMessage,
    RouteMirroringMessage, RouteMirroringValue, StatisticsCounter, StatisticsReportMessage, TerminationInformation,
};
use netgauze_bmp_pkt::{BmpMessage, PeerHeader, v3, v4};

use crate::bgp::{pdu_of, written};

const ZERO_ADDRESS: [u8; 16] = [0; 16];

/// A whole message. The library refuses octets behind the last field, so there is no rest in what it accepts.
pub fn message_of(message: &BmpMessage) -> Message {
    let mut shown = match message {
        BmpMessage::V3(value) => message_of_v3(value),
        BmpMessage::V4(value) => message_of_v4(value),
    };
    shown.version = Some(message.get_version().into());
    shown.r#type = Some(message.get_type().into());
    shown.rest.get_or_insert_default();
    shown
}

fn message_of_v3(value: &v3::BmpMessageValue) -> Message {
    use v3::BmpMessageValue::*;
    match value {
        RouteMonitoring(value) => Message {
            peer: Some(Some(peer_of(value.peer_header()))),
            pdu: Some(Some(pdu_of(value.update_message()))),
            ..Message::default()
        },
        StatisticsReport(value) => statistics_of(value),
        PeerDownNotification(value) => peer_down_of(value.peer_header(), value.reason()),
        PeerUpNotification(value) => peer_up_of(value),
        Initiation(value) => with_tlvs(value.information().iter().map(initiation_tlv)),
        Termination(value) => with_tlvs(value.information().iter().map(termination_tlv)),
        RouteMirroring(value) => mirroring_of(value),
        Experimental251(rest) | Experimental252(rest) | Experimental253(rest) | Experimental254(rest) => {
            Message { rest: Some(Hex::from(rest)), ..Message::default() }
        }
    }
}

/// A message of the draft of version 4: what it has in common with version 3.
fn message_of_v4(value: &v4::BmpMessageValue) -> Message {
    use v4::BmpMessageValue::*;
    match value {
        RouteMonitoring(value) => Message {
            peer: Some(Some(peer_of(value.peer_header()))),
            pdu: Some(Some(pdu_of(value.update_message()))),
            ..Message::default()
        },
        StatisticsReport(value) => statistics_of(value),
        PeerDownNotification(value) => peer_down_of(value.peer_header(), value.reason()),
        PeerUpNotification(value) => peer_up_of(value),
        Initiation(value) => with_tlvs(value.information().iter().map(initiation_tlv)),
        Termination(value) => with_tlvs(value.information().iter().map(termination_tlv)),
        RouteMirroring(value) => mirroring_of(value),
        Experimental251(rest) | Experimental252(rest) | Experimental253(rest) | Experimental254(rest) => {
            Message { rest: Some(Hex::from(rest)), ..Message::default() }
        }
    }
}

fn peer_of(header: &PeerHeader) -> Peer {
    let (seconds, microseconds) =
        header.timestamp().map_or((0, 0), |time| (time.timestamp() as u32, time.timestamp_subsec_micros()));
    Peer {
        r#type: Some(header.peer_type().get_type().into()),
        flags: Some(header.peer_type().get_flags_value()),
        distinguisher: header.rd().map_or(Some(Hex::from([0; 8])), |rd| written(&rd).map(Hex)),
        address: Some(header.address().map_or_else(|| Hex::from(ZERO_ADDRESS), address16)),
        asn: Some(header.peer_as()),
        bgp_id: Some(Hex::from(header.bgp_id().octets())),
        seconds: Some(seconds),
        microseconds: Some(microseconds),
    }
}

fn with_tlvs(tlvs: impl Iterator<Item = Tlv>) -> Message {
    Message { tlvs: Some(Some(tlvs.collect())), ..Message::default() }
}

fn peer_up_of(value: &PeerUpNotificationMessage) -> Message {
    Message {
        peer: Some(Some(peer_of(value.peer_header()))),
        local_address: Some(Some(value.local_address().map_or_else(|| Hex::from(ZERO_ADDRESS), address16))),
        local_port: Some(Some(value.local_port().unwrap_or(0))),
        remote_port: Some(Some(value.remote_port().unwrap_or(0))),
        sent_open: Some(Some(pdu_of(value.sent_message()))),
        received_open: Some(Some(pdu_of(value.received_message()))),
        ..with_tlvs(value.information().iter().map(initiation_tlv))
    }
}

fn peer_down_of(header: &PeerHeader, reason: &PeerDownNotificationReason) -> Message {
    use PeerDownNotificationReason::*;
    let mut message = Message {
        peer: Some(Some(peer_of(header))),
        reason: Some(Some(reason.get_type().into())),
        ..Message::default()
    };
    match reason {
        LocalSystemClosedNotificationPduFollows(pdu) | RemoteSystemClosedNotificationPduFollows(pdu) => {
            message.pdu = Some(Some(pdu_of(pdu)));
        }
        LocalSystemClosedFsmEventFollows(event) => message.fsm_event = Some(Some(*event)),
        LocalSystemClosedTlvDataFollows(tlv) => message.tlvs = Some(Some(vec![initiation_tlv(tlv)])),
        Experimental251(rest) | Experimental252(rest) | Experimental253(rest) | Experimental254(rest) => {
            message.rest = Some(Hex::from(rest));
        }
        RemoteSystemClosedNoData | PeerDeConfigured => {}
    }
    message
}

fn mirroring_of(value: &RouteMirroringMessage) -> Message {
    Message { peer: Some(Some(peer_of(value.peer_header()))), ..with_tlvs(value.mirrored().iter().map(mirroring_tlv)) }
}

fn tlv(r#type: u16, value: Option<Hex>, meaning: &'static str, name: &'static str) -> Tlv {
    Tlv { r#type: Some(r#type), value, meaning: Some(meaning), name: Some(name), pdu: None }
}

fn initiation_tlv(information: &InitiationInformation) -> Tlv {
    use InitiationInformation::*;
    let (value, meaning, name) = match information {
        String(text) => (Hex::from(text.as_bytes()), "string", "String"),
        SystemDescription(text) => (Hex::from(text.as_bytes()), "sys_descr", "SystemDescription"),
        SystemName(text) => (Hex::from(text.as_bytes()), "sys_name", "SystemName"),
        VrfTableName(text) => (Hex::from(text.as_bytes()), "vrf_table_name", "VrfTableName"),
        AdminLabel(text) => (Hex::from(text.as_bytes()), "admin_label", "AdminLabel"),
        Experimental65531(octets) => (Hex::from(octets), "unknown", "Experimental65531"),
        Experimental65532(octets) => (Hex::from(octets), "unknown", "Experimental65532"),
        Experimental65533(octets) => (Hex::from(octets), "unknown", "Experimental65533"),
        Experimental65534(octets) => (Hex::from(octets), "unknown", "Experimental65534"),
    };
    tlv(information.get_type().into(), Some(value), meaning, name)
}

fn termination_tlv(information: &TerminationInformation) -> Tlv {
    use TerminationInformation::*;
    let (value, meaning, name) = match information {
        String(text) => (Hex::from(text.as_bytes()), "string", "String"),
        Reason(code) => (Hex::from(u16::from(*code).to_be_bytes()), "reason", "Reason"),
        Experimental65531(octets) => (Hex::from(octets), "unknown", "Experimental65531"),
        Experimental65532(octets) => (Hex::from(octets), "unknown", "Experimental65532"),
        Experimental65533(octets) => (Hex::from(octets), "unknown", "Experimental65533"),
        Experimental65534(octets) => (Hex::from(octets), "unknown", "Experimental65534"),
    };
    tlv(information.get_type().into(), Some(value), meaning, name)
}

fn mirroring_tlv(mirrored: &RouteMirroringValue) -> Tlv {
    use RouteMirroringValue::*;
    let (value, meaning, name) = match mirrored {
        BgpMessage(MirroredBgpMessage::Parsed(_)) => (None, "bgp_message", "BgpMessage"),
        BgpMessage(MirroredBgpMessage::Raw(octets)) => (Some(Hex::from(octets)), "bgp_message", "BgpMessage"),
        Information(code) => (Some(Hex::from(u16::from(*code).to_be_bytes())), "mirroring_code", "Information"),
        Experimental65531(octets) => (Some(Hex::from(octets)), "unknown", "Experimental65531"),
        Experimental65532(octets) => (Some(Hex::from(octets)), "unknown", "Experimental65532"),
        Experimental65533(octets) => (Some(Hex::from(octets)), "unknown", "Experimental65533"),
        Experimental65534(octets) => (Some(Hex::from(octets)), "unknown", "Experimental65534"),
    };
    let mut shown = tlv(mirrored.get_type().into(), value, meaning, name);
    shown.pdu = match mirrored {
        BgpMessage(MirroredBgpMessage::Parsed(pdu)) => Some(Some(pdu_of(pdu))),
        BgpMessage(MirroredBgpMessage::Raw(_)) => Some(None),
        _ => None,
    };
    shown
}

fn statistics_of(value: &StatisticsReportMessage) -> Message {
    Message {
        peer: Some(Some(peer_of(value.peer_header()))),
        count: Some(None),
        statistics: Some(Some(value.counters().iter().map(statistic_of).collect())),
        ..Message::default()
    }
}

fn statistic_of(counter: &StatisticsCounter) -> Statistic {
    use StatisticsCounter::*;
    let (data, value, family) = match counter {
        NumberOfPrefixesRejectedByInboundPolicy(count)
        | NumberOfDuplicatePrefixAdvertisements(count)
        | NumberOfDuplicateWithdraws(count)
        | NumberOfUpdatesInvalidatedDueToClusterListLoop(count)
        | NumberOfUpdatesInvalidatedDueToAsPathLoop(count)
        | NumberOfUpdatesInvalidatedDueToOriginatorId(count)
        | NumberOfUpdatesInvalidatedDueToAsConfederationLoop(count)
        | NumberOfUpdatesSubjectedToTreatAsWithdraw(count)
        | NumberOfPrefixesSubjectedToTreatAsWithdraw(count)
        | NumberOfDuplicateUpdateMessagesReceived(count) => (None, Some(count.value().into()), None),
        NumberOfRoutesInAdjRibIn(gauge)
        | NumberOfRoutesInLocRib(gauge)
        | NumberOfRoutesInPrePolicyAdjRibOut(gauge)
        | NumberOfRoutesInPostPolicyAdjRibOut(gauge)
        | NumberOfRoutesInPrePolicyAdjRibIn(gauge)
        | NumberOfRoutesInPostPolicyAdjRibIn(gauge)
        | NumberOfRoutesInPostPolicyAdjRibInBeforeThreshold(gauge)
        | NumberOfRoutesInPostPolicyAdjRibInOrLocRibBeforeLicenseThreshold(gauge)
        | NumberOfRoutesInPrePolicyAdjRibInRejectedDueToAsPathLength(gauge)
        | NumberOfRoutesInPrePolicyAdjRibOutFilteredDueToAsPathLength(gauge) => (None, Some(gauge.value()), None),
        NumberOfRoutesInPerAfiSafiAdjRibIn(family, gauge)
        | NumberOfRoutesInPerAfiSafiLocRib(family, gauge)
        | NumberOfRoutesInPerAfiSafiPrePolicyAdjRibOut(family, gauge)
        | NumberOfRoutesInPerAfiSafiPostPolicyAdjRibOut(family, gauge)
        | NumberOfRoutesInPerAfiSafiPrePolicyAdjRibIn(family, gauge)
        | NumberOfRoutesInPerAfiSafiPostPolicyAdjRibIn(family, gauge)
        | NumberOfRoutesInPerAfiSafiPrePolicyAdjRibInRejected(family, gauge)
        | NumberOfRoutesInPerAfiSafiPostPolicyAdjRibInAccepted(family, gauge)
        | NumberOfRoutesInPerAfiSafiSuppressedByDamping(family, gauge)
        | NumberOfRoutesInPerAfiSafiMarkedStaleByGr(family, gauge)
        | NumberOfRoutesInPerAfiSafiMarkedStaleByLlgr(family, gauge)
        | NumberOfRoutesInPerAfiSafiPostPolicyAdjRibInBeforeThreshold(family, gauge)
        | NumberOfRoutesInPerAfiSafiPostPolicyAdjRibInOrLocRibBeforeLicenseThreshold(family, gauge)
        | NumberOfRoutesInPerAfiSafiPrePolicyAdjRibInRejectedDueToAsPathLength(family, gauge)
        | NumberOfRoutesInPerAfiSafiPostPolicyAdjRibInInvalidatedByRpki(family, gauge)
        | NumberOfRoutesInPerAfiSafiPostPolicyAdjRibInValidatedByRpki(family, gauge)
        | NumberOfRoutesInPerAfiSafiPostPolicyAdjRibInRpkiNotFound(family, gauge)
        | NumberOfRoutesInPerAfiSafiPrePolicyAdjRibOutRejected(family, gauge)
        | NumberOfRoutesInPerAfiSafiPrePolicyAdjRibOutFilteredDueToAsPathLength(family, gauge)
        | NumberOfRoutesInPerAfiSafiPostPolicyAdjRibOutInvalidatedByRpki(family, gauge)
        | NumberOfRoutesInPerAfiSafiPostPolicyAdjRibOutValidatedByRpki(family, gauge)
        | NumberOfRoutesInPerAfiSafiPostPolicyAdjRibOutRpkiNotFound(family, gauge) => {
            (None, Some(gauge.value()), Some(family))
        }
        Experimental65531(octets)
        | Experimental65532(octets)
        | Experimental65533(octets)
        | Experimental65534(octets)
        | Unknown(_, octets) => (Some(Hex::from(octets)), None, None),
    };
    Statistic {
        r#type: Some(counter.get_type().map_or_else(|code| code, u16::from)),
        data,
        value: value.map(Decimal),
        afi: family.map(|family| family.address_family().into()),
        safi: family.map(|family| family.subsequent_address_family().into()),
    }
}
