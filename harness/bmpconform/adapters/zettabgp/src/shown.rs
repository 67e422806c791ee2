//! zettabgp's BMP messages in the neutral form.

use bmp_adapter::hex::Hex;
use bmp_adapter::neutral::{Message, Peer, Tlv, address16};
use zettabgp::bmp::prelude::*;
use zettabgp::prelude::*;

use crate::bgp::{notification_pdu, open_pdu, update_pdu};

/// The body of a message. Of Statistics Report and Route Mirroring the library shows the type alone.
pub fn body_of(message: &BmpMessage) -> (u8, Message) {
    match message {
        BmpMessage::RouteMonitoring(held) => (0, route_monitoring_of(held)),
        BmpMessage::StatisticsReport => (1, Message::default()),
        BmpMessage::PeerDownNotification(held) => (2, peer_down_of(held)),
        BmpMessage::PeerUpNotification(held) => (3, peer_up_of(held)),
        BmpMessage::Initiation(held) => (4, initiation_of(held)),
        BmpMessage::Termination(held) => (5, termination_of(held)),
        BmpMessage::RouteMirroring => (6, Message::default()),
    }
}

/// The library keeps the time as one number of 64 bits.
fn peer_of(header: &BmpMessagePeerHeader) -> Peer {
    let BgpRD { rdh, rdl } = header.peerdistinguisher;
    Peer {
        r#type: Some(header.peertype),
        flags: Some(header.flags),
        distinguisher: Some(Hex::from([rdh.to_be_bytes(), rdl.to_be_bytes()].concat())),
        address: Some(address16(header.peeraddress)),
        asn: Some(header.asnum),
        bgp_id: Some(Hex::from(header.routerid.octets())),
        seconds: Some((header.timestamp >> 32) as u32),
        microseconds: Some(header.timestamp as u32),
    }
}

fn route_monitoring_of(held: &BmpMessageRouteMonitoring) -> Message {
    let params = BgpSessionParams::from(&held.peer);
    Message {
        peer: Some(Some(peer_of(&held.peer))),
        pdu: Some(Some(update_pdu(&held.update, &params))),
        ..Message::default()
    }
}

fn peer_up_of(held: &BmpMessagePeerUp) -> Message {
    let params = BgpSessionParams::from(&held.peer);
    Message {
        peer: Some(Some(peer_of(&held.peer))),
        local_address: Some(Some(address16(held.localaddress))),
        local_port: Some(Some(held.localport)),
        remote_port: Some(Some(held.remoteport)),
        sent_open: Some(Some(open_pdu(&held.msg1, &params))),
        received_open: Some(Some(open_pdu(&held.msg2, &params))),
        ..Message::default()
    }
}

fn peer_down_of(held: &BmpMessagePeerDown) -> Message {
    use BmpMessagePeerDownReason::*;
    let (reason, fsm_event, pdu) = match &held.reason {
        AdministrativelyClosed(notification) => (1, None, Some(Some(notification_pdu(notification)))),
        LocalSystemState(event) => (2, Some(Some(*event)), None),
        RemoteNotification(notification) => (3, None, Some(Some(notification_pdu(notification)))),
        Remote => (4, None, None),
        BmpDisabled => (5, None, None),
    };
    Message { peer: Some(Some(peer_of(&held.peer))), reason: Some(Some(reason)), fsm_event, pdu, ..Message::default() }
}

/// The library keeps one TLV of each kind and not their order: they are shown in that of their types.
fn initiation_of(held: &BmpMessageInitiation) -> Message {
    let kinds = [
        (0, &held.str0, "string", "str0"),
        (1, &held.sys_descr, "sys_descr", "sys_descr"),
        (2, &held.sys_name, "sys_name", "sys_name"),
    ];
    let tlvs = kinds.into_iter().filter_map(|(r#type, value, meaning, name)| {
        value.as_ref().map(|text| tlv(r#type, Hex::from(text.as_bytes()), meaning, name))
    });
    with_tlvs(tlvs)
}

fn termination_of(held: &BmpMessageTermination) -> Message {
    let text = held.str0.as_ref().map(|text| tlv(0, Hex::from(text.as_bytes()), "string", "str0"));
    let reason = held.reason.map(|code| tlv(1, Hex::from(code.to_be_bytes()), "reason", "reason"));
    with_tlvs(text.into_iter().chain(reason))
}

fn with_tlvs(tlvs: impl Iterator<Item = Tlv>) -> Message {
    Message { tlvs: Some(Some(tlvs.collect())), ..Message::default() }
}

fn tlv(r#type: u16, value: Hex, meaning: &'static str, name: &'static str) -> Tlv {
    Tlv { r#type: Some(r#type), value: Some(value), meaning: Some(meaning), name: Some(name), pdu: None }
}
