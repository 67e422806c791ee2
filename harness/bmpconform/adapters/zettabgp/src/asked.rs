//! Encode requests as messages of zettabgp.
//!
//! PDUs are made by the library's own parser: it takes its own BGP values only, and has no other door from octets.

use bmp_adapter::neutral::{Message, Pdu, Tlv, address_of};
use bmp_adapter::protocol::Refusal;
use zettabgp::bmp::prelude::*;
use zettabgp::prelude::*;

use crate::refused;

const HEADER_OCTETS: usize = 5;
const PDU_HEADER_OCTETS: usize = 19;
const BUFFER_OCTETS: usize = 1 << 18;

pub fn encode(message: &Message) -> Result<Vec<u8>, Refusal> {
    let held = library_message(message)?;
    let mut buffer = vec![0; BUFFER_OCTETS];
    let length = held.encode_to(&mut buffer[HEADER_OCTETS..]).map_err(refused)?;
    let header = BmpMessageHeader { version: message.version.unwrap_or(3), msglength: HEADER_OCTETS + length };
    header.encode_to(&mut buffer).map_err(refused)?;
    buffer.truncate(header.msglength);
    Ok(buffer)
}

fn library_message(message: &Message) -> Result<BmpMessage, Refusal> {
    match message.r#type {
        Some(0) => Ok(BmpMessage::RouteMonitoring(route_monitoring(message)?)),
        Some(2) => Ok(BmpMessage::PeerDownNotification(peer_down(message)?)),
        Some(3) => Ok(BmpMessage::PeerUpNotification(peer_up(message)?)),
        Some(4) => Ok(BmpMessage::Initiation(initiation(message)?)),
        Some(5) => Ok(BmpMessage::Termination(termination(message)?)),
        _ => Err(Refusal::unsupported("the library has no contents for a message of that type")),
    }
}

fn peer(message: &Message) -> Result<BmpMessagePeerHeader, Refusal> {
    let octets = message.peer_octets().ok_or_else(|| unsayable("a peer without a whole header"))?;
    BmpMessagePeerHeader::decode_from(&octets).map(|(header, _)| header).map_err(refused)
}

fn route_monitoring(message: &Message) -> Result<BmpMessageRouteMonitoring, Refusal> {
    let peer = peer(message)?;
    let mut update = BgpUpdateMessage::new();
    update.decode_from(&BgpSessionParams::from(&peer), body(&message.pdu)?).map_err(refused)?;
    Ok(BmpMessageRouteMonitoring { peer, update })
}

fn peer_up(message: &Message) -> Result<BmpMessagePeerUp, Refusal> {
    let peer = peer(message)?;
    if !tlvs(message).is_empty() {
        return Err(unsayable("TLVs in Peer Up"));
    }
    let local = message.local_address16().ok_or_else(|| unsayable("a peer without local address"))?;
    let is_ipv6 = local[..12] != [0; 12];
    Ok(BmpMessagePeerUp {
        localaddress: address_of(&local, is_ipv6),
        localport: message.local_port.flatten().unwrap_or_default(),
        remoteport: message.remote_port.flatten().unwrap_or_default(),
        msg1: open(&peer, &message.sent_open)?,
        msg2: open(&peer, &message.received_open)?,
        peer,
    })
}

fn open(peer: &BmpMessagePeerHeader, pdu: &Option<Option<Pdu>>) -> Result<BgpOpenMessage, Refusal> {
    let mut held = BgpOpenMessage::new();
    held.decode_from(&BgpSessionParams::from(peer), body(pdu)?).map_err(refused)?;
    Ok(held)
}

fn peer_down(message: &Message) -> Result<BmpMessagePeerDown, Refusal> {
    use BmpMessagePeerDownReason::*;
    let peer = peer(message)?;
    let reason = match message.reason.flatten() {
        Some(1) => AdministrativelyClosed(notification(&peer, &message.pdu)?),
        Some(2) => LocalSystemState(message.fsm_event.flatten().unwrap_or_default()),
        Some(3) => RemoteNotification(notification(&peer, &message.pdu)?),
        Some(4) => Remote,
        Some(5) => BmpDisabled,
        _ => return Err(unsayable("a reason of that number")),
    };
    Ok(BmpMessagePeerDown { peer, reason })
}

fn notification(peer: &BmpMessagePeerHeader, pdu: &Option<Option<Pdu>>) -> Result<BgpNotificationMessage, Refusal> {
    let mut held = BgpNotificationMessage::new();
    held.decode_from(&BgpSessionParams::from(peer), body(pdu)?).map_err(refused)?;
    Ok(held)
}

/// The octets of a PDU behind its header.
fn body(pdu: &Option<Option<Pdu>>) -> Result<&[u8], Refusal> {
    let pdu = pdu.as_ref().and_then(Option::as_ref).and_then(|pdu| pdu.hex.as_ref());
    pdu.and_then(|octets| octets.0.get(PDU_HEADER_OCTETS..)).ok_or_else(|| unsayable("a PDU without octets"))
}

fn tlvs(message: &Message) -> &[Tlv] {
    message.tlvs.as_ref().and_then(Option::as_ref).map(Vec::as_slice).unwrap_or_default()
}

fn initiation(message: &Message) -> Result<BmpMessageInitiation, Refusal> {
    let mut held = BmpMessageInitiation::new();
    for tlv in tlvs(message) {
        let place = match tlv.r#type {
            Some(0) => &mut held.str0,
            Some(1) => &mut held.sys_descr,
            Some(2) => &mut held.sys_name,
            _ => return Err(unsayable("a TLV of that type")),
        };
        if place.replace(text(tlv)?).is_some() {
            return Err(unsayable("two TLVs of one type"));
        }
    }
    Ok(held)
}

fn termination(message: &Message) -> Result<BmpMessageTermination, Refusal> {
    let mut held = BmpMessageTermination::new();
    for tlv in tlvs(message) {
        let was_there = match tlv.r#type {
            Some(0) => held.str0.replace(text(tlv)?).is_some(),
            Some(1) => held.reason.replace(code(tlv)?).is_some(),
            _ => return Err(unsayable("a TLV of that type")),
        };
        if was_there {
            return Err(unsayable("two TLVs of one type"));
        }
    }
    Ok(held)
}

fn value(tlv: &Tlv) -> &[u8] {
    tlv.value.as_ref().map(|value| value.0.as_slice()).unwrap_or_default()
}

fn text(tlv: &Tlv) -> Result<String, Refusal> {
    String::from_utf8(value(tlv).to_vec()).map_err(|_| unsayable("a string that is not UTF-8"))
}

fn code(tlv: &Tlv) -> Result<u16, Refusal> {
    value(tlv).try_into().map(u16::from_be_bytes).map_err(|_| unsayable("a code of other than 2 octets"))
}

/// What the library's types cannot hold.
fn unsayable(what: &str) -> Refusal {
    Refusal::unsupported(format!("the library has no value for {what}"))
}
