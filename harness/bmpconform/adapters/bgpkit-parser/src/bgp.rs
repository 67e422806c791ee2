//! bgpkit-parser's BGP messages in the neutral form.
//!
//! The library keeps no octets of what it parsed: capabilities and attributes are written back by its own encoders, and
//! a PDU as a whole is not shown.

use std::net::IpAddr;

use bgpkit_parser::models::capabilities::BgpCapabilityType;
use bgpkit_parser::models::{
    Afi, AsPath, AsPathSegment, AsnLength, Attribute as LibraryAttribute, AttributeValue, Attributes, BgpMessage,
    BgpNotificationMessage, BgpOpenMessage, BgpRouteRefreshMessage, BgpUpdateMessage, Capability as LibraryCapability,
    CapabilityValue, LabeledNetworkPrefix, NetworkPrefix, OptParam, ParamValue, Safi,
};
use bmp_adapter::hex::Hex;
use bmp_adapter::neutral::{
    AsSegment, Attribute, Capability, Notification, Open, Parameter, Pdu, Prefix, Route, RouteRefresh, Update,
    prefix_of,
};
use ipnet::IpNet;

const EXTENDED_LENGTH: u8 = 0x10;
const MP_REACH: u8 = 14;
const MP_UNREACH: u8 = 15;
const LABEL_BITS: u8 = 24;

pub fn pdu_of(message: &BgpMessage, asn_length: AsnLength) -> Pdu {
    let mut pdu = Pdu { r#type: Some(message.msg_type().into()), ..Pdu::default() };
    match message {
        BgpMessage::Open(open) => pdu.open = Some(Some(open_of(open))),
        BgpMessage::Update(update) => pdu.update = Some(Some(update_of(update, asn_length))),
        BgpMessage::Notification(notification) => pdu.notification = Some(Some(notification_of(notification))),
        BgpMessage::RouteRefresh(refresh) => pdu.route_refresh = Some(Some(route_refresh_of(refresh))),
        BgpMessage::KeepAlive => {}
    }
    pdu
}

fn open_of(open: &BgpOpenMessage) -> Open {
    Open {
        version: Some(open.version),
        my_as: u16::try_from(u32::from(open.asn)).ok(),
        hold_time: Some(open.hold_time),
        bgp_id: Some(Hex::from(open.bgp_identifier.octets())),
        extended: Some(open.extended_length.into()),
        parameters: Some(open.opt_params.iter().map(parameter_of).collect()),
    }
}

fn parameter_of(parameter: &OptParam) -> Parameter {
    match &parameter.param_value {
        ParamValue::Raw(octets) => Parameter::Opaque { r#type: parameter.param_type, value: Some(Hex::from(octets)) },
        ParamValue::Capacities(capabilities) => Parameter::Capabilities {
            r#type: parameter.param_type,
            capabilities: capabilities.iter().map(capability_of).collect(),
        },
    }
}

fn capability_of(capability: &LibraryCapability) -> Capability {
    let value = match &capability.value {
        CapabilityValue::Raw(octets) => Hex::from(octets),
        CapabilityValue::MultiprotocolExtensions(value) => Hex::from(value.encode()),
        CapabilityValue::RouteRefresh(value) => Hex::from(value.encode()),
        CapabilityValue::ExtendedNextHop(value) => Hex::from(value.encode()),
        CapabilityValue::GracefulRestart(value) => Hex::from(value.encode()),
        CapabilityValue::FourOctetAs(value) => Hex::from(value.encode()),
        CapabilityValue::AddPath(value) => Hex::from(value.encode()),
        CapabilityValue::BgpRole(value) => Hex::from(value.encode()),
        CapabilityValue::BgpExtendedMessage(value) => Hex::from(value.encode()),
    };
    let kind: BgpCapabilityType = capability.ty;
    Capability { code: kind.into(), value: Some(value) }
}

fn notification_of(notification: &BgpNotificationMessage) -> Notification {
    let (code, subcode) = notification.error.get_codes();
    Notification { code: Some(code), subcode: Some(subcode), data: Some(Hex::from(&notification.data)) }
}

fn route_refresh_of(refresh: &BgpRouteRefreshMessage) -> RouteRefresh {
    RouteRefresh {
        afi: Some(refresh.afi),
        subtype: Some(refresh.subtype),
        safi: Some(refresh.safi),
        data: Some(Hex::from(&refresh.data)),
    }
}

fn update_of(update: &BgpUpdateMessage, asn_length: AsnLength) -> Update {
    let withdrawn: Vec<_> = update.withdrawn_prefixes.iter().map(plain).collect();
    let nlri: Vec<_> = update.announced_prefixes.iter().map(plain).collect();
    let as_path = update.attributes.as_path();
    Update {
        as_width: as_path.map(|_| if asn_length == AsnLength::Bits16 { 2 } else { 4 }),
        attributes: attributes_of(&update.attributes, asn_length),
        reach: merged(&nlri, &update.attributes, MP_REACH),
        unreach: merged(&withdrawn, &update.attributes, MP_UNREACH),
        withdrawn: Some(withdrawn),
        nlri: Some(nlri),
        as_path: Some(as_path.map(segments_of).unwrap_or_default()),
    }
}

fn attributes_of(attributes: &Attributes, asn_length: AsnLength) -> Option<Vec<Attribute>> {
    attributes.clone().into_attributes_iter().map(|attribute| attribute_of(&attribute, asn_length)).collect()
}

/// An attribute; not the value of those of which encoding would say other than what was read: a width or labels are lost.
fn attribute_of(attribute: &LibraryAttribute, asn_length: AsnLength) -> Option<Attribute> {
    use AttributeValue::{Aggregator, MpReachNlri, MpUnreachNlri};
    let octets = attribute.encode(asn_length).ok()?;
    let [flags, r#type, ..] = *octets else { return None };
    let head = if flags & EXTENDED_LENGTH == 0 { 3 } else { 4 };
    let is_lossy = matches!(attribute.value, MpReachNlri(_) | MpUnreachNlri(_) | Aggregator { .. });
    let value = octets.get(head..).filter(|_| !is_lossy).map(Hex::from);
    Some(Attribute { flags: Some(flags), r#type, value })
}

fn segments_of(path: &AsPath) -> Vec<AsSegment> {
    let segments = path.iter_segments().map(|segment| match segment {
        AsPathSegment::AsSet(asns) => (1, asns),
        AsPathSegment::AsSequence(asns) => (2, asns),
        AsPathSegment::ConfedSequence(asns) => (3, asns),
        AsPathSegment::ConfedSet(asns) => (4, asns),
    });
    segments.map(|(segment, asns)| AsSegment { segment, asns: asns.iter().map(u32::from).collect() }).collect()
}

/// The routes of the classic field, which are IPv4 unicast, and of the attribute of this type.
fn merged(classic: &[Prefix], attributes: &Attributes, kind: u8) -> Option<Vec<Route>> {
    let mut routes: Vec<_> = classic.iter().map(|prefix| prefix.clone().in_family(1, Safi::Unicast as u8)).collect();
    for attribute in attributes.iter().filter(|attribute| attribute.attr_code() == kind) {
        routes.extend(routes_of(attribute)?);
    }
    Some(routes)
}

/// The routes of a multiprotocol attribute; `None` where the library left it raw, or does not keep their labels.
fn routes_of(attribute: &AttributeValue) -> Option<Vec<Route>> {
    let (AttributeValue::MpReachNlri(nlri) | AttributeValue::MpUnreachNlri(nlri)) = attribute else { return None };
    let prefixes: Vec<_> = match (nlri.afi, nlri.safi, &nlri.labeled_prefixes) {
        (Afi::Ipv4 | Afi::Ipv6, Safi::Unicast, _) => nlri.prefixes.iter().map(plain).collect(),
        (Afi::Ipv4 | Afi::Ipv6, Safi::MplsLabel, Some(labelled)) => labelled.iter().map(with_labels).collect(),
        (Afi::Ipv4 | Afi::Ipv6, Safi::MplsLabel | Safi::MplsVpn, _) if !nlri.prefixes.is_empty() => return None,
        _ => Vec::new(),
    };
    Some(prefixes.into_iter().map(|prefix| prefix.in_family(nlri.afi as u16, nlri.safi as u8)).collect())
}

fn plain(prefix: &NetworkPrefix) -> Prefix {
    network_prefix(prefix.prefix, prefix.path_id)
}

fn network_prefix(network: IpNet, path_id: Option<u32>) -> Prefix {
    let address = match network {
        IpNet::V4(network) => IpAddr::V4(network.addr()),
        IpNet::V6(network) => IpAddr::V6(network.addr()),
    };
    prefix_of(address, network.prefix_len(), path_id)
}

fn with_labels(labelled: &LabeledNetworkPrefix) -> Prefix {
    let Prefix { bits, prefix, path_id } = network_prefix(labelled.prefix, labelled.path_id);
    let last = labelled.labels.len().saturating_sub(1);
    let mut octets: Vec<u8> =
        labelled.labels.iter().enumerate().flat_map(|(index, label)| label.encode(index == last)).collect();
    let label_bits = LABEL_BITS.saturating_mul(labelled.labels.len() as u8);
    octets.extend(prefix.0);
    Prefix { bits: bits.saturating_add(label_bits), prefix: Hex(octets), path_id }
}
