//! bgpkit-parser's BMP messages in the neutral form.

use bgpkit_parser::bmp::messages::{
    BmpMessage, BmpMessageBody, BmpPerPeerHeader, InitiationTlv, InitiationTlvType, PeerDownNotification,
    PeerDownReason, PeerUpNotification, PeerUpNotificationTlv, PeerUpTlvType, PerPeerFlags, RouteMirroringTlv,
    RouteMirroringValue, StatCounter, StatsData, StatsReport, TerminationTlv, TerminationTlvType, TerminationTlvValue,
};
use bgpkit_parser::models::AsnLength;
use bmp_adapter::hex::{Decimal, Hex};
use bmp_adapter::neutral::{Message, Pdu, Peer, Statistic, Tlv, address16};

use crate::bgp::pdu_of;

const MICROSECONDS: f64 = 1e6;

pub fn message_of(message: &BmpMessage) -> Message {
    let header = message.common_header;
    let asn_length = message.per_peer_header.map_or(AsnLength::Bits32, |peer| peer.asn_length());
    Message {
        version: Some(header.version),
        r#type: Some(header.msg_type.into()),
        length: Some(header.msg_len),
        peer: message.per_peer_header.as_ref().map(|peer| Some(peer_of(peer))),
        ..body_of(&message.message_body, asn_length)
    }
}

fn body_of(body: &BmpMessageBody, asn_length: AsnLength) -> Message {
    match body {
        BmpMessageBody::PeerUpNotification(value) => peer_up_of(value, asn_length),
        BmpMessageBody::PeerDownNotification(value) => peer_down_of(value),
        BmpMessageBody::InitiationMessage(value) => with_tlvs(value.tlvs.iter().map(initiation_tlv)),
        BmpMessageBody::TerminationMessage(value) => with_tlvs(value.tlvs.iter().map(termination_tlv)),
        BmpMessageBody::RouteMonitoring(value) => {
            Message { pdu: Some(Some(pdu_of(&value.bgp_message, asn_length))), ..Message::default() }
        }
        BmpMessageBody::RouteMirroring(value) => with_tlvs(value.tlvs.iter().map(|tlv| mirroring_tlv(tlv, asn_length))),
        BmpMessageBody::StatsReport(value) => statistics_of(value),
    }
}

/// The library keeps the time as one float of seconds.
fn peer_of(header: &BmpPerPeerHeader) -> Peer {
    let seconds = header.timestamp.trunc();
    Peer {
        r#type: Some(header.peer_type.into()),
        flags: Some(match header.peer_flags {
            PerPeerFlags::PeerFlags(flags) => flags.bits(),
            PerPeerFlags::LocalRibPeerFlags(flags) => flags.bits(),
        }),
        distinguisher: Some(Hex::from(header.peer_distinguisher.to_be_bytes())),
        address: Some(address16(header.peer_ip)),
        asn: Some(header.peer_asn.into()),
        bgp_id: Some(Hex::from(header.peer_bgp_id.octets())),
        seconds: Some(seconds as u32),
        microseconds: Some(((header.timestamp - seconds) * MICROSECONDS).round() as u32),
    }
}

fn with_tlvs(tlvs: impl Iterator<Item = Tlv>) -> Message {
    Message { tlvs: Some(Some(tlvs.collect())), ..Message::default() }
}

fn peer_up_of(value: &PeerUpNotification, asn_length: AsnLength) -> Message {
    Message {
        local_address: Some(Some(address16(value.local_addr))),
        local_port: Some(Some(value.local_port)),
        remote_port: Some(Some(value.remote_port)),
        sent_open: Some(Some(pdu_of(&value.sent_open, asn_length))),
        received_open: Some(Some(pdu_of(&value.received_open, asn_length))),
        ..with_tlvs(value.tlvs.iter().map(peer_up_tlv))
    }
}

/// The library leaves what follows the reason as octets, so the event of reason 2 and the TLVs of 6 are not shown.
fn peer_down_of(value: &PeerDownNotification) -> Message {
    use PeerDownReason::*;
    let octets = value.data.as_ref().map(Hex::from);
    let mut message = Message { reason: Some(Some(value.reason.into())), ..Message::default() };
    match value.reason {
        LocalSystemClosedNotificationPduFollows | RemoteSystemClosedNotificationPduFollows => {
            message.pdu = Some(octets.map(|octets| Pdu { hex: Some(octets), ..Pdu::default() }));
        }
        LocalSystemClosedFsmEvenFollows => message.fsm_event = Some(None),
        LocalSystemClosedTlvDataFollows => message.tlvs = Some(None),
        Reserved => message.rest = octets,
        RemoteSystemsClosedNoData | PeerDeConfigured => {}
    }
    message
}

fn tlv(r#type: u16, value: Hex, meaning: &'static str, name: &'static str) -> Tlv {
    Tlv { r#type: Some(r#type), value: Some(value), meaning: Some(meaning), name: Some(name), pdu: None }
}

fn initiation_tlv(held: &InitiationTlv) -> Tlv {
    let (meaning, name) = match held.info_type {
        InitiationTlvType::String => ("string", "String"),
        InitiationTlvType::SysDescr => ("sys_descr", "SysDescr"),
        InitiationTlvType::SysName => ("sys_name", "SysName"),
        InitiationTlvType::VrTableName => ("vrf_table_name", "VrTableName"),
        InitiationTlvType::AdminLabel => ("admin_label", "AdminLabel"),
        InitiationTlvType::Unknown(_) => ("unknown", "Unknown"),
    };
    tlv(held.info_type.into(), Hex::from(held.info.as_bytes()), meaning, name)
}

fn peer_up_tlv(held: &PeerUpNotificationTlv) -> Tlv {
    let (meaning, name) = match held.info_type {
        PeerUpTlvType::String => ("string", "String"),
        PeerUpTlvType::SysDescr => ("sys_descr", "SysDescr"),
        PeerUpTlvType::SysName => ("sys_name", "SysName"),
        PeerUpTlvType::VrTableName => ("vrf_table_name", "VrTableName"),
        PeerUpTlvType::AdminLabel => ("admin_label", "AdminLabel"),
        PeerUpTlvType::Unknown(_) => ("unknown", "Unknown"),
    };
    tlv(held.info_type.into(), Hex::from(held.info_value.as_bytes()), meaning, name)
}

fn termination_tlv(held: &TerminationTlv) -> Tlv {
    let value = match &held.info_value {
        TerminationTlvValue::String(text) => Hex::from(text.as_bytes()),
        TerminationTlvValue::Reason(reason) => Hex::from(u16::from(*reason).to_be_bytes()),
    };
    let (meaning, name) = match held.info_type {
        TerminationTlvType::String => ("string", "String"),
        TerminationTlvType::Reason => ("reason", "Reason"),
    };
    tlv(held.info_type.into(), value, meaning, name)
}

/// The library keeps no type: the number is that of the variant which it chose.
fn mirroring_tlv(held: &RouteMirroringTlv, asn_length: AsnLength) -> Tlv {
    match &held.value {
        RouteMirroringValue::BgpMessage(message) => Tlv {
            r#type: Some(0),
            value: None,
            meaning: Some("bgp_message"),
            name: Some("BgpMessage"),
            pdu: Some(Some(pdu_of(message, asn_length))),
        },
        RouteMirroringValue::Information(code) => {
            tlv(1, Hex::from(u16::from(*code).to_be_bytes()), "mirroring_code", "Information")
        }
    }
}

fn statistics_of(value: &StatsReport) -> Message {
    Message {
        count: Some(Some(value.stats_count)),
        statistics: Some(Some(value.counters.iter().map(statistic_of).collect())),
        ..Message::default()
    }
}

fn statistic_of(counter: &StatCounter) -> Statistic {
    let mut shown = Statistic { r#type: Some(counter.stat_type.into()), ..Statistic::default() };
    match &counter.stat_data {
        StatsData::Counter(count) => shown.value = Some(Decimal((*count).into())),
        StatsData::Gauge(gauge) => shown.value = Some(Decimal(*gauge)),
        StatsData::AfiSafiGauge(afi, safi, gauge) => {
            (shown.afi, shown.safi) = (Some(*afi), Some(*safi));
            shown.value = Some(Decimal(*gauge));
        }
        StatsData::Unknown(octets) => shown.data = Some(Hex::from(octets)),
    }
    shown
}
