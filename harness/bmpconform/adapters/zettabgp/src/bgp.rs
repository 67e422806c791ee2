//! zettabgp's BGP messages in the neutral form.
//!
//! The library keeps no octets and no flags of what it parsed: values are written back by its own encoders.

use bmp_adapter::hex::Hex;
use bmp_adapter::neutral::{
    AsSegment, Attribute, Capability, Notification, Open, Parameter, Pdu, Prefix, Route, Update,
};
use zettabgp::afi::{BgpAddrs, BgpItem, WithPathId};
use zettabgp::prelude::*;

const OPEN: u8 = 1;
const UPDATE: u8 = 2;
const NOTIFICATION: u8 = 3;
const CAPABILITIES: u8 = 2;
const FQDN: u8 = 73;
const AS_PATH: u8 = 2;
const AGGREGATOR: u8 = 7;
const COMMUNITIES: u8 = 8;
const MP_REACH: u8 = 14;
const MP_UNREACH: u8 = 15;
const EXTENDED_COMMUNITIES: u8 = 16;
const PMSI_TUNNEL: u8 = 22;
const LARGE_COMMUNITIES: u8 = 32;
const ATTR_SET: u8 = 128;
const EXTENDED_LENGTH: u8 = 0x10;
/// What an OPEN has before its first capability: its fixed part, and type and length of a parameter.
const BEFORE_CAPABILITY: usize = 12;
const BUFFER_OCTETS: usize = 1 << 16;

pub fn open_pdu(open: &BgpOpenMessage, params: &BgpSessionParams) -> Pdu {
    let shown = Open {
        version: None,
        my_as: u16::try_from(open.as_num).ok(),
        hold_time: Some(open.hold_time),
        bgp_id: Some(Hex::from(open.router_id.octets())),
        extended: None,
        parameters: parameters_of(open, params),
    };
    Pdu { r#type: Some(OPEN), open: Some(Some(shown)), ..Pdu::default() }
}

fn parameters_of(open: &BgpOpenMessage, params: &BgpSessionParams) -> Option<Vec<Parameter>> {
    let capabilities = open.caps.iter().map(|held| capability_of(held, params)).collect::<Option<_>>()?;
    Some(vec![Parameter::Capabilities { r#type: CAPABILITIES, capabilities }])
}

/// A capability as the library writes it into an OPEN of its own; names it writes without their length.
fn capability_of(held: &BgpCapability, params: &BgpSessionParams) -> Option<Capability> {
    if let BgpCapability::CapFQDN(host, domain) = held {
        return Some(Capability { code: FQDN, value: Some(Hex::from([sized(host)?, sized(domain)?].concat())) });
    }
    let mut open = BgpOpenMessage::new();
    open.caps = vec![held.clone()];
    let mut buffer = vec![0; BUFFER_OCTETS];
    let length = open.encode_to(params, &mut buffer).ok()?;
    let [code, _, value @ ..] = buffer.get(BEFORE_CAPABILITY..length)? else { return None };
    Some(Capability { code: *code, value: Some(Hex::from(value)) })
}

/// A text behind its length.
fn sized(text: &str) -> Option<Vec<u8>> {
    Some([&[u8::try_from(text.len()).ok()?], text.as_bytes()].concat())
}

/// The library keeps at most two octets of the data, and not how many there were.
pub fn notification_pdu(notification: &BgpNotificationMessage) -> Pdu {
    let shown =
        Notification { code: Some(notification.error_code), subcode: Some(notification.error_subcode), data: None };
    Pdu { r#type: Some(NOTIFICATION), notification: Some(Some(shown)), ..Pdu::default() }
}

pub fn update_pdu(update: &BgpUpdateMessage, params: &BgpSessionParams) -> Pdu {
    Pdu { r#type: Some(UPDATE), update: Some(Some(update_of(update, params))), ..Pdu::default() }
}

fn update_of(update: &BgpUpdateMessage, params: &BgpSessionParams) -> Update {
    let withdrawn = routes_of(&update.withdraws);
    let nlri = routes_of(&update.updates);
    let reach = routes_in(&update.attrs, reached_by);
    let unreach = routes_in(&update.attrs, withdrawn_by);
    let path = update.get_attr_aspath();
    Update {
        as_width: path.map(|_| if params.has_as32bit { 4 } else { 2 }),
        attributes: Some(update.attrs.iter().map(|item| attribute_of(item, params)).collect()),
        reach: merged(nlri.as_deref(), reach),
        unreach: merged(withdrawn.as_deref(), unreach),
        withdrawn: withdrawn.map(prefixes),
        nlri: nlri.map(prefixes),
        as_path: Some(path.map(segments_of).unwrap_or_default()),
    }
}

/// The routes of all attributes; `None` where the library cannot write one back.
fn routes_in(attributes: &[BgpAttrItem], routes: fn(&BgpAttrItem) -> Option<Vec<Route>>) -> Option<Vec<Route>> {
    let held: Option<Vec<_>> = attributes.iter().map(routes).collect();
    Some(held?.concat())
}

fn reached_by(item: &BgpAttrItem) -> Option<Vec<Route>> {
    match item {
        BgpAttrItem::MPUpdates(held) => routes_of(&held.addrs),
        _ => Some(Vec::new()),
    }
}

fn withdrawn_by(item: &BgpAttrItem) -> Option<Vec<Route>> {
    match item {
        BgpAttrItem::MPWithdraws(held) => withdrawn_of(&held.addrs),
        _ => Some(Vec::new()),
    }
}

fn merged(classic: Option<&[Route]>, others: Option<Vec<Route>>) -> Option<Vec<Route>> {
    Some([classic?, &others?].concat())
}

fn prefixes(routes: Vec<Route>) -> Vec<Prefix> {
    routes.into_iter().map(|route| route.prefix).collect()
}

/// Routes and AS path are shown as such: what the library would write for them is not what it read. Communities it keeps
/// as sets, of an aggregator it writes zeros, and it cannot write the last two at all.
fn attribute_of(item: &BgpAttrItem, params: &BgpSessionParams) -> Attribute {
    let without_value = |r#type| Attribute { flags: None, r#type, value: None };
    match item {
        BgpAttrItem::ASPath(_) => without_value(AS_PATH),
        BgpAttrItem::MPUpdates(_) => without_value(MP_REACH),
        BgpAttrItem::MPWithdraws(_) => without_value(MP_UNREACH),
        BgpAttrItem::AggregatorAS(_) => without_value(AGGREGATOR),
        BgpAttrItem::CommunityList(_) => without_value(COMMUNITIES),
        BgpAttrItem::ExtCommunityList(_) => without_value(EXTENDED_COMMUNITIES),
        BgpAttrItem::LargeCommunityList(_) => without_value(LARGE_COMMUNITIES),
        BgpAttrItem::PMSITunnel(_) => without_value(PMSI_TUNNEL),
        BgpAttrItem::AttrSet(_) => without_value(ATTR_SET),
        item => written(item, params),
    }
}

fn written(item: &BgpAttrItem, params: &BgpSessionParams) -> Attribute {
    let mut buffer = vec![0; BUFFER_OCTETS];
    let length = item.encode_to(params, &mut buffer).unwrap_or(0);
    let head = if buffer[0] & EXTENDED_LENGTH == 0 { 3 } else { 4 };
    Attribute { flags: None, r#type: buffer[1], value: buffer.get(head..length).map(Hex::from) }
}

/// The library keeps an AS_SET as a set, and knows no other segments than it and sequences.
fn segments_of(path: &BgpASpath) -> Vec<AsSegment> {
    let segments = path.value.iter().map(|item| match item {
        BgpASitem::Seq(held) => AsSegment { segment: 2, asns: held.value.iter().map(|asn| asn.value).collect() },
        BgpASitem::Set(held) => AsSegment { segment: 1, asns: held.value.iter().map(|asn| asn.value).collect() },
    });
    segments.collect()
}

/// The routes of one field; `None` where the library cannot write one back.
fn routes_of(held: &BgpAddrs) -> Option<Vec<Route>> {
    use BgpAddrs::*;
    match held {
        IPV4U(items) => plain(items, 1, 1),
        IPV4LU(items) => plain(items, 1, 4),
        VPNV4U(items) => plain(items, 1, 128),
        IPV6U(items) => plain(items, 2, 1),
        IPV6LU(items) => plain(items, 2, 4),
        VPNV6U(items) => plain(items, 2, 128),
        IPV4UP(items) => with_path_ids(items, 1, 1),
        IPV4LUP(items) => with_path_ids(items, 1, 4),
        VPNV4UP(items) => with_path_ids(items, 1, 128),
        IPV6UP(items) => with_path_ids(items, 2, 1),
        IPV6LUP(items) => with_path_ids(items, 2, 4),
        VPNV6UP(items) => with_path_ids(items, 2, 128),
        _ => Some(Vec::new()),
    }
}

/// Withdrawn routes; of labels the library keeps the number alone, and a withdrawn one is not written as it was read.
fn withdrawn_of(held: &BgpAddrs) -> Option<Vec<Route>> {
    use BgpAddrs::*;
    match held {
        IPV4LU(_) | VPNV4U(_) | IPV6LU(_) | VPNV6U(_) | IPV4LUP(_) | VPNV4UP(_) | IPV6LUP(_) | VPNV6UP(_) => {
            Option::None
        }
        held => routes_of(held),
    }
}

fn plain<T: BgpItem<T>>(items: &[T], afi: u16, safi: u8) -> Option<Vec<Route>> {
    items.iter().map(|item| Some(prefix_of(item, None)?.in_family(afi, safi))).collect()
}

fn with_path_ids<T>(items: &[WithPathId<T>], afi: u16, safi: u8) -> Option<Vec<Route>>
where
    T: BgpItem<T> + Clone + PartialEq + Eq + PartialOrd,
{
    items.iter().map(|item| Some(prefix_of(&item.nlri, Some(item.pathid))?.in_family(afi, safi))).collect()
}

fn prefix_of<T: BgpItem<T>>(item: &T, path_id: Option<u32>) -> Option<Prefix> {
    let mut buffer = [0; 512];
    let (bits, length) = item.set_bits_to(&mut buffer).ok()?;
    Some(Prefix { bits, prefix: Hex::from(&buffer[..length]), path_id })
}
