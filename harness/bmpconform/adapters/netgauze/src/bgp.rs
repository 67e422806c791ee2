//! NetGauze's BGP messages in the neutral form.
//!
//! The library keeps no octets of what it parsed: what it understood is written back by its own writer where the form
//! wants octets, and a PDU as a whole is not shown.

use bmp_adapter::hex::Hex;
use bmp_adapter::neutral::{
    AsSegment, Attribute, Capability, Notification, Open, Parameter, Pdu, Prefix, Route, RouteRefresh, Update,
};
use netgauze_bgp_pkt::BgpMessage;
use netgauze_bgp_pkt::capabilities::BgpCapability;
use netgauze_bgp_pkt::open::{BgpOpenMessage, BgpOpenMessageParameter};
use netgauze_bgp_pkt::path_attribute::{AsPath, MpReach, MpUnreach, PathAttribute, PathAttributeValue};
use netgauze_bgp_pkt::route_refresh::BgpRouteRefreshMessage;
use netgauze_bgp_pkt::update::BgpUpdateMessage;
use netgauze_parse_utils::WritablePdu;

const CAPABILITIES: u8 = 2;
const EXTENDED_LENGTH: u8 = 0x10;
const UNICAST: u8 = 1;
const LABELLED: u8 = 4;
const VPN: u8 = 128;

/// What the library writes for a value; `None` where its writer refuses what its parser took.
pub fn written<E>(value: &impl WritablePdu<E>) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    value.write(&mut octets).ok().map(|()| octets)
}

pub fn pdu_of(message: &BgpMessage) -> Pdu {
    let mut pdu = Pdu { r#type: Some(message.get_type().into()), ..Pdu::default() };
    match message {
        BgpMessage::Open(open) => pdu.open = Some(Some(open_of(open))),
        BgpMessage::Update(update) => pdu.update = Some(Some(update_of(update))),
        BgpMessage::Notification(notification) => {
            pdu.notification = Some(written(notification).and_then(notification_of))
        }
        BgpMessage::RouteRefresh(refresh) => pdu.route_refresh = Some(Some(route_refresh_of(refresh))),
        BgpMessage::KeepAlive => {}
    }
    pdu
}

fn open_of(open: &BgpOpenMessage) -> Open {
    Open {
        version: Some(open.version()),
        my_as: Some(open.my_as()),
        hold_time: Some(open.hold_time()),
        bgp_id: Some(Hex::from(open.bgp_id().octets())),
        extended: None,
        parameters: Some(open.params().iter().map(parameter_of).collect()),
    }
}

fn parameter_of(parameter: &BgpOpenMessageParameter) -> Parameter {
    let BgpOpenMessageParameter::Capabilities(capabilities) = parameter;
    Parameter::Capabilities { r#type: CAPABILITIES, capabilities: capabilities.iter().map(capability_of).collect() }
}

fn capability_of(capability: &BgpCapability) -> Capability {
    let value = written(capability).map(|octets| Hex::from(&octets[2..]));
    Capability { code: capability.code().map_or_else(|code| code, u8::from), value }
}

fn notification_of(octets: Vec<u8>) -> Option<Notification> {
    let [code, subcode, data @ ..] = octets.as_slice() else { return None };
    Some(Notification { code: Some(*code), subcode: Some(*subcode), data: Some(Hex::from(data)) })
}

fn route_refresh_of(refresh: &BgpRouteRefreshMessage) -> RouteRefresh {
    let family = refresh.address_type();
    RouteRefresh {
        afi: Some(family.address_family().into()),
        subtype: Some(refresh.operation_type().into()),
        safi: Some(family.subsequent_address_family().into()),
        data: None,
    }
}

fn update_of(update: &BgpUpdateMessage) -> Update {
    let withdrawn = prefixes(update.withdraw_routes(), |route| route.path_id());
    let nlri = prefixes(update.nlri(), |route| route.path_id());
    let values = || update.path_attributes().iter().map(PathAttribute::value);
    let reach = values().filter_map(|value| match value {
        PathAttributeValue::MpReach(reach) => Some(reach_of(reach)),
        _ => None,
    });
    let unreach = values().filter_map(|value| match value {
        PathAttributeValue::MpUnreach(unreach) => Some(unreach_of(unreach)),
        _ => None,
    });
    let as_path = values().find_map(|value| match value {
        PathAttributeValue::AsPath(path) => Some(path_of(path)),
        _ => None,
    });
    let (as_width, as_path) = as_path.map_or((None, Some(Vec::new())), |(width, path)| (Some(width), Some(path)));
    Update {
        as_width,
        reach: merged(nlri.as_deref(), reach),
        unreach: merged(withdrawn.as_deref(), unreach),
        withdrawn,
        attributes: update.path_attributes().iter().map(attribute_of).collect(),
        nlri,
        as_path,
    }
}

/// The routes of the classic field, which are IPv4 unicast, and of the attributes.
fn merged(classic: Option<&[Prefix]>, others: impl Iterator<Item = Option<Vec<Route>>>) -> Option<Vec<Route>> {
    let mut routes: Vec<_> = classic?.iter().map(|prefix| prefix.clone().in_family(1, UNICAST)).collect();
    for other in others {
        routes.extend(other?);
    }
    Some(routes)
}

fn attribute_of(attribute: &PathAttribute) -> Option<Attribute> {
    let octets = written(attribute)?;
    let [flags, r#type, ..] = *octets else { return None };
    let head = if flags & EXTENDED_LENGTH == 0 { 3 } else { 4 };
    let value = octets.get(head..)?;
    let is_whole = !has_labelled_paths(attribute.value());
    Some(Attribute { flags: Some(flags), r#type, value: is_whole.then(|| Hex::from(value)) })
}

/// Whether the value has path identifiers that the library reads and does not write.
fn has_labelled_paths(value: &PathAttributeValue) -> bool {
    match value {
        PathAttributeValue::MpReach(MpReach::Ipv4NlriMplsLabels { nlri, .. })
        | PathAttributeValue::MpUnreach(MpUnreach::Ipv4NlriMplsLabels { nlri }) => {
            nlri.iter().any(|route| route.path_id().is_some())
        }
        PathAttributeValue::MpReach(MpReach::Ipv6NlriMplsLabels { nlri, .. })
        | PathAttributeValue::MpUnreach(MpUnreach::Ipv6NlriMplsLabels { nlri }) => {
            nlri.iter().any(|route| route.path_id().is_some())
        }
        _ => false,
    }
}

fn path_of(path: &AsPath) -> (u8, Vec<AsSegment>) {
    match path {
        AsPath::As2PathSegments(segments) => {
            let shown = segments.iter().map(|segment| AsSegment {
                segment: segment.segment_type().into(),
                asns: segment.as_numbers().iter().map(|&asn| asn.into()).collect(),
            });
            (2, shown.collect())
        }
        AsPath::As4PathSegments(segments) => {
            let shown = segments.iter().map(|segment| AsSegment {
                segment: segment.segment_type().into(),
                asns: segment.as_numbers().to_vec(),
            });
            (4, shown.collect())
        }
    }
}

fn reach_of(reach: &MpReach) -> Option<Vec<Route>> {
    match reach {
        MpReach::Ipv4Unicast { nlri, .. } => routes(nlri, |route| route.path_id(), 1, UNICAST),
        MpReach::Ipv4NlriMplsLabels { nlri, .. } => labelled(nlri, |route| route.path_id(), 1),
        MpReach::Ipv4MplsVpnUnicast { nlri, .. } => routes(nlri, |route| route.path_id(), 1, VPN),
        MpReach::Ipv6Unicast { nlri, .. } => routes(nlri, |route| route.path_id(), 2, UNICAST),
        MpReach::Ipv6NlriMplsLabels { nlri, .. } => labelled(nlri, |route| route.path_id(), 2),
        MpReach::Ipv6MplsVpnUnicast { nlri, .. } => routes(nlri, |route| route.path_id(), 2, VPN),
        _ => Some(Vec::new()),
    }
}

fn unreach_of(unreach: &MpUnreach) -> Option<Vec<Route>> {
    match unreach {
        MpUnreach::Ipv4Unicast { nlri } => routes(nlri, |route| route.path_id(), 1, UNICAST),
        MpUnreach::Ipv4NlriMplsLabels { nlri } => labelled(nlri, |route| route.path_id(), 1),
        MpUnreach::Ipv4MplsVpnUnicast { nlri } => routes(nlri, |route| route.path_id(), 1, VPN),
        MpUnreach::Ipv6Unicast { nlri } => routes(nlri, |route| route.path_id(), 2, UNICAST),
        MpUnreach::Ipv6NlriMplsLabels { nlri } => labelled(nlri, |route| route.path_id(), 2),
        MpUnreach::Ipv6MplsVpnUnicast { nlri } => routes(nlri, |route| route.path_id(), 2, VPN),
        _ => Some(Vec::new()),
    }
}

fn routes<E, T: WritablePdu<E>>(
    nlri: &[T],
    path_id: impl Fn(&T) -> Option<u32>,
    afi: u16,
    safi: u8,
) -> Option<Vec<Route>> {
    Some(prefixes(nlri, path_id)?.into_iter().map(|prefix| prefix.in_family(afi, safi)).collect())
}

fn prefixes<E, T: WritablePdu<E>>(nlri: &[T], path_id: impl Fn(&T) -> Option<u32>) -> Option<Vec<Prefix>> {
    nlri.iter().map(|route| Some(Prefix::of_wire(&written(route)?, path_id(route)))).collect()
}

/// Labelled routes: alone of all, the library writes them without their path identifiers.
fn labelled<E, T: WritablePdu<E>>(nlri: &[T], path_id: impl Fn(&T) -> Option<u32>, afi: u16) -> Option<Vec<Route>> {
    let prefixes = nlri.iter().map(|route| {
        let prefix = Prefix::of_wire(&written(route)?, None);
        Some(Prefix { path_id: path_id(route), ..prefix }.in_family(afi, LABELLED))
    });
    prefixes.collect()
}
