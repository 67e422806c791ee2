//! routecore's BMP messages in the neutral form.
//!
//! A message that the library accepts is only checked in part: what its accessors give is collected here, to the end.

use std::net::IpAddr;

use bmp_adapter::hex::{Decimal, Hex};
use bmp_adapter::neutral::{Message as Shown, Peer, Statistic, Tlv, address16};
use bmp_adapter::protocol::Refusal;
use routecore::bgp::message::SessionConfig;
use routecore::bmp::message::{
    InformationTlv, InformationTlvType, Message, PeerDownNotification, PeerDownReason, PeerUpNotification,
    PerPeerHeader, RouteMonitoring, Stat, StatisticsReport, TerminationInformation,
};

use crate::bgp::{notification_pdu, open_pdu, refused, update_pdu};

type Header<'a> = PerPeerHeader<&'a [u8]>;

pub fn message_of(message: &Message<&[u8]>, config: &SessionConfig) -> Result<Shown, Refusal> {
    let mut shown = match message {
        Message::RouteMonitoring(held) => route_monitoring_of(held, config)?,
        Message::StatisticsReport(held) => statistics_of(held),
        Message::PeerDownNotification(held) => peer_down_of(held),
        Message::PeerUpNotification(held) => peer_up_of(held),
        Message::InitiationMessage(held) => with_tlvs(held.information_tlvs().map(|tlv| information_tlv(&tlv))),
        Message::TerminationMessage(held) => with_tlvs(held.information().map(|tlv| termination_tlv(&tlv))),
        Message::RouteMirroring(_) => Shown::default(),
    };
    shown.version = Some(message.version());
    shown.r#type = Some(message.msg_type().into());
    shown.length = Some(message.length());
    shown.peer = peer_header_of(message).map(|header| Some(peer_of(&header)));
    Ok(shown)
}

pub fn peer_header_of<'a>(message: &'a Message<&'a [u8]>) -> Option<Header<'a>> {
    match message {
        Message::RouteMonitoring(held) => Some(held.per_peer_header()),
        Message::StatisticsReport(held) => Some(held.per_peer_header()),
        Message::PeerDownNotification(held) => Some(held.per_peer_header()),
        Message::PeerUpNotification(held) => Some(held.per_peer_header()),
        Message::RouteMirroring(held) => Some(held.per_peer_header()),
        Message::InitiationMessage(_) | Message::TerminationMessage(_) => None,
    }
}

fn peer_of(header: &Header) -> Peer {
    let time = header.timestamp();
    Peer {
        r#type: Some(header.peer_type().into()),
        flags: Some(header.flags()),
        distinguisher: Some(Hex::from(header.distinguisher())),
        address: Some(address16(header.address())),
        asn: Some(header.asn().into_u32()),
        bgp_id: Some(Hex::from(header.bgp_id())),
        seconds: u32::try_from(time.timestamp()).ok(),
        microseconds: Some(time.timestamp_subsec_micros()),
    }
}

fn with_tlvs(tlvs: impl Iterator<Item = Tlv>) -> Shown {
    Shown { tlvs: Some(Some(tlvs.collect())), ..Shown::default() }
}

fn route_monitoring_of(held: &RouteMonitoring<&[u8]>, config: &SessionConfig) -> Result<Shown, Refusal> {
    let update = held.bgp_update(config).map_err(refused)?;
    Ok(Shown { pdu: Some(Some(update_pdu(&update)?)), ..Shown::default() })
}

fn peer_up_of(held: &PeerUpNotification<&[u8]>) -> Shown {
    let (sent, received) = held.bgp_open_sent_rcvd();
    let local: IpAddr = held.local_address();
    Shown {
        local_address: Some(Some(address16(local))),
        local_port: Some(Some(held.local_port())),
        remote_port: Some(Some(held.remote_port())),
        sent_open: Some(Some(open_pdu(&sent))),
        received_open: Some(Some(open_pdu(&received))),
        ..with_tlvs(held.information_tlvs().map(|tlv| information_tlv(&tlv)))
    }
}

/// The library keeps no number of a reason that it does not know, and does not know reason 6.
fn peer_down_of(held: &PeerDownNotification<&[u8]>) -> Shown {
    let (reason, fsm_event, pdu) = match held.reason() {
        PeerDownReason::Reserved => (Some(0), None, None),
        PeerDownReason::LocalNotification => (Some(1), None, Some(held.notification())),
        PeerDownReason::LocalFsm => (Some(2), Some(held.fsm()), None),
        PeerDownReason::RemoteNotification => (Some(3), None, Some(held.notification())),
        PeerDownReason::RemoteNodata => (Some(4), None, None),
        PeerDownReason::PeerDeconfigured => (Some(5), None, None),
        PeerDownReason::Unknown => (None, None, None),
    };
    let pdu = pdu.map(|held| held.map(|held| notification_pdu(&held)));
    Shown { reason: Some(reason), fsm_event, pdu, ..Shown::default() }
}

fn information_tlv(held: &InformationTlv) -> Tlv {
    let (meaning, name) = match held.typ() {
        InformationTlvType::String => ("string", "String"),
        InformationTlvType::SysDesc => ("sys_descr", "SysDesc"),
        InformationTlvType::SysName => ("sys_name", "SysName"),
        InformationTlvType::VrfTableName => ("vrf_table_name", "VrfTableName"),
        InformationTlvType::AdminLabel => ("admin_label", "AdminLabel"),
        InformationTlvType::Undefined(_) => ("unknown", "Undefined"),
        InformationTlvType::Unimplemented(_) => ("unknown", "Unimplemented"),
    };
    tlv(held.typ().into(), Hex::from(held.value()), meaning, name)
}

/// The library has no types here: a string, or a reason.
fn termination_tlv(held: &TerminationInformation) -> Tlv {
    let (code, name) = match held {
        TerminationInformation::CustomString(text) => {
            return tlv(0, Hex::from(text.as_bytes()), "string", "CustomString");
        }
        TerminationInformation::AdminClose => (0, "AdminClose"),
        TerminationInformation::Unspecified => (1, "Unspecified"),
        TerminationInformation::OutOfResources => (2, "OutOfResources"),
        TerminationInformation::RedundantConnection => (3, "RedundantConnection"),
        TerminationInformation::PermAdminClose => (4, "PermAdminClose"),
        TerminationInformation::Undefined(code) => (*code, "Undefined"),
    };
    tlv(1, Hex::from(code.to_be_bytes()), "reason", name)
}

fn tlv(r#type: u16, value: Hex, meaning: &'static str, name: &'static str) -> Tlv {
    Tlv { r#type: Some(r#type), value: Some(value), meaning: Some(meaning), name: Some(name), pdu: None }
}

fn statistics_of(held: &StatisticsReport<&[u8]>) -> Shown {
    Shown {
        count: Some(Some(held.stats_count())),
        statistics: Some(Some(held.stats().map(|stat| statistic_of(&stat)).collect())),
        ..Shown::default()
    }
}

fn statistic_of(stat: &Stat) -> Statistic {
    let (r#type, value, family) = match stat {
        Stat::Type0(count) => (0, Some((*count).into()), None),
        Stat::Type1(count) => (1, Some((*count).into()), None),
        Stat::Type2(count) => (2, Some((*count).into()), None),
        Stat::Type3(count) => (3, Some((*count).into()), None),
        Stat::Type4(count) => (4, Some((*count).into()), None),
        Stat::Type5(count) => (5, Some((*count).into()), None),
        Stat::Type6(count) => (6, Some((*count).into()), None),
        Stat::Type7(gauge) => (7, Some(*gauge), None),
        Stat::Type8(gauge) => (8, Some(*gauge), None),
        Stat::Type9(afi, safi, gauge) => (9, Some(*gauge), Some((*afi, *safi))),
        Stat::Type10(afi, safi, gauge) => (10, Some(*gauge), Some((*afi, *safi))),
        Stat::Type11(count) => (11, Some((*count).into()), None),
        Stat::Type12(count) => (12, Some((*count).into()), None),
        Stat::Type13(count) => (13, Some((*count).into()), None),
        Stat::Type14(gauge) => (14, Some(*gauge), None),
        Stat::Type15(gauge) => (15, Some(*gauge), None),
        Stat::Type16(afi, safi, gauge) => (16, Some(*gauge), Some((*afi, *safi))),
        Stat::Type17(afi, safi, gauge) => (17, Some(*gauge), Some((*afi, *safi))),
        Stat::Unimplemented(r#type, _) => (*r#type, None, None),
    };
    Statistic {
        r#type: Some(r#type),
        data: None,
        value: value.map(Decimal),
        afi: family.map(|(afi, _)| afi.into()),
        safi: family.map(|(_, safi)| safi),
    }
}
