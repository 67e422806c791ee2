//! routecore's BGP messages in the neutral form: each is walked to its end, because the library checks as it goes.

use std::fmt::Display;

use bmp_adapter::hex::Hex;
use bmp_adapter::neutral::{
    AsSegment, Attribute, Capability, Notification, Open, Parameter, Pdu, Prefix, Route, Update,
};
use bmp_adapter::protocol::Refusal;
use routecore::bgp::aspath::AsPath;
use routecore::bgp::message::{NotificationMessage, OpenMessage, UpdateMessage};
use routecore::bgp::nlri::afisafi::{Nlri, NlriType};
use routecore::bgp::path_attributes::UncheckedPathAttributes;

const OPEN: u8 = 1;
const UPDATE: u8 = 2;
const NOTIFICATION: u8 = 3;
const CAPABILITIES: u8 = 2;
const SHOWN_AFIS: [u16; 2] = [1, 2];
const SHOWN_SAFIS: [u8; 3] = [1, 4, 128];

pub fn open_pdu(open: &OpenMessage<&[u8]>) -> Pdu {
    Pdu { r#type: Some(OPEN), hex: Some(Hex::from(open.as_ref())), open: Some(Some(open_of(open))), ..Pdu::default() }
}

/// The library has the AS number of the capability in the place of the field, where there is one.
fn open_of(open: &OpenMessage<&[u8]>) -> Open {
    let my_as = (!open.four_octet_capable()).then(|| open.my_asn().into_u32());
    Open {
        version: Some(open.version()),
        my_as: my_as.and_then(|asn| u16::try_from(asn).ok()),
        hold_time: Some(open.holdtime()),
        bgp_id: Some(Hex::from(open.identifier())),
        extended: None,
        parameters: Some(parameters_of(open)),
    }
}

/// All capabilities in one parameter, as the library gives them, and then the parameters of other types.
fn parameters_of(open: &OpenMessage<&[u8]>) -> Vec<Parameter> {
    let capabilities =
        open.capabilities().map(|held| Capability { code: held.typ().into(), value: Some(Hex::from(held.value())) });
    let known = Parameter::Capabilities { r#type: CAPABILITIES, capabilities: capabilities.collect() };
    let others = open.parameters().filter_map(|held| {
        let r#type = u8::from(held.typ());
        (r#type != CAPABILITIES).then(|| Parameter::Opaque { r#type, value: None })
    });
    std::iter::once(known).chain(others).collect()
}

pub fn notification_pdu(notification: &NotificationMessage<&[u8]>) -> Pdu {
    let [code, subcode] = notification.details().raw();
    let shown = Notification {
        code: Some(code),
        subcode: Some(subcode),
        data: Some(Hex::from(notification.data().unwrap_or_default())),
    };
    Pdu {
        r#type: Some(NOTIFICATION),
        hex: Some(Hex::from(notification.as_ref())),
        notification: Some(Some(shown)),
        ..Pdu::default()
    }
}

/// An UPDATE; the library keeps its octets without the header.
pub fn update_pdu(update: &UpdateMessage<&[u8]>) -> Result<Pdu, Refusal> {
    Ok(Pdu { r#type: Some(UPDATE), update: Some(Some(update_of(update)?)), ..Pdu::default() })
}

fn update_of(update: &UpdateMessage<&[u8]>) -> Result<Update, Refusal> {
    let withdrawn = prefixes(update.conventional_withdrawals().map_err(refused)?)?;
    let nlri = prefixes(update.conventional_announcements().map_err(refused)?)?;
    let path = update.aspath().map_err(refused)?;
    Ok(Update {
        as_width: path.as_ref().map(|_| if update.pdu_parse_info().four_octet_enabled() { 4 } else { 2 }),
        withdrawn: Some(withdrawn.into_iter().map(|route| route.prefix).collect()),
        attributes: Some(attributes_of(update)?),
        nlri: Some(nlri.into_iter().map(|route| route.prefix).collect()),
        reach: Some(shown(prefixes(update.announcements().map_err(refused)?)?)),
        unreach: Some(shown(prefixes(update.withdrawals().map_err(refused)?)?)),
        as_path: path.as_ref().map_or(Some(Vec::new()), segments_of),
    })
}

fn shown(mut routes: Vec<Route>) -> Vec<Route> {
    routes.retain(|route| SHOWN_AFIS.contains(&route.afi) && SHOWN_SAFIS.contains(&route.safi));
    routes
}

fn prefixes<'a, E: Display>(nlri: impl Iterator<Item = Result<Nlri<&'a [u8]>, E>>) -> Result<Vec<Route>, Refusal> {
    nlri.map(|nlri| nlri.map(|nlri| route_of(&nlri)).map_err(refused)).collect()
}

/// A route as the library writes it back, with its path identifier if its type has one.
fn route_of(nlri: &Nlri<&[u8]>) -> Route {
    let mut octets = Vec::new();
    // Writing to a vector cannot fail.
    let _ = nlri.compose(&mut octets);
    let family = nlri.afi_safi();
    let has_path_id = nlri.nlri_type() == NlriType::from((family, true));
    let path_id = octets.first_chunk().filter(|_| has_path_id).map(|octets| u32::from_be_bytes(*octets));
    let (afi, safi) = family.into();
    if !(SHOWN_AFIS.contains(&afi) && SHOWN_SAFIS.contains(&safi)) {
        return Prefix { bits: 0, prefix: Hex::default(), path_id }.in_family(afi, safi);
    }
    Prefix::of_wire(&octets, path_id).in_family(afi, safi)
}

/// The attributes; each is parsed once, so that the library says what it thinks of it.
fn attributes_of(update: &UpdateMessage<&[u8]>) -> Result<Vec<Attribute>, Refusal> {
    let attributes = update.path_attributes().map_err(refused)?;
    for attribute in attributes {
        attribute.and_then(|attribute| attribute.to_owned()).map_err(refused)?;
    }
    let octets = UncheckedPathAttributes::from_parser(attributes.parser);
    Ok(octets
        .map(|held| {
            let mut value = held.value_into_parser();
            let length = value.remaining();
            let value = value.parse_octets(length).ok().map(Hex::from);
            Attribute { flags: Some(held.flags().into()), r#type: held.type_code(), value }
        })
        .collect())
}

/// The library shows the type of a segment only where it writes it.
fn segments_of(path: &AsPath<&[u8]>) -> Option<Vec<AsSegment>> {
    let segments = path.segments().map(|held| {
        let mut octets = Vec::new();
        held.compose(&mut octets).ok()?;
        Some(AsSegment { segment: *octets.first()?, asns: held.asns().map(|asn| asn.into_u32()).collect() })
    });
    segments.collect()
}

/// An error by its text: its type cannot be named from outside, and it holds no values.
pub fn refused(error: impl Display) -> Refusal {
    Refusal::named(&error.to_string(), error.to_string())
}
