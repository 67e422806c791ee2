//! The neutral form of BMP messages, version 1: what a library read, and what it is asked to write.
//!
//! `None` is null: the library does not show it. A key that is there at times only is a `Key`: `None` where it is
//! absent, `Some(None)` where it is null. Requests are read into the same types; they hold no derived keys.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use crate::hex::{Decimal, Hex};

const V_FLAG: u8 = 0x80;

pub type Key<T> = Option<Option<T>>;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Message {
    pub version: Option<u8>,
    pub r#type: Option<u8>,
    pub length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer: Key<Peer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Key<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistics: Key<Vec<Statistic>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Key<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fsm_event: Key<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_address: Key<Hex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_port: Key<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_port: Key<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_open: Key<Pdu>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received_open: Key<Pdu>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pdu: Key<Pdu>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tlvs: Key<Vec<Tlv>>,
    pub rest: Option<Hex>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Peer {
    pub r#type: Option<u8>,
    pub flags: Option<u8>,
    pub distinguisher: Option<Hex>,
    pub address: Option<Hex>,
    pub asn: Option<u32>,
    pub bgp_id: Option<Hex>,
    pub seconds: Option<u32>,
    pub microseconds: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Statistic {
    pub r#type: Option<u16>,
    pub data: Option<Hex>,
    #[serde(skip_deserializing)]
    pub value: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub afi: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub safi: Option<u8>,
}

/// `meaning` is what the library took the TLV for, by its own variant, and `name` that variant's name.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tlv {
    pub r#type: Option<u16>,
    pub value: Option<Hex>,
    #[serde(skip_deserializing)]
    pub meaning: Option<&'static str>,
    #[serde(skip_deserializing)]
    pub name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pdu: Key<Pdu>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Pdu {
    pub r#type: Option<u8>,
    pub hex: Option<Hex>,
    #[serde(skip_serializing_if = "Option::is_none", skip_deserializing)]
    pub open: Key<Open>,
    #[serde(skip_serializing_if = "Option::is_none", skip_deserializing)]
    pub update: Key<Update>,
    #[serde(skip_serializing_if = "Option::is_none", skip_deserializing)]
    pub notification: Key<Notification>,
    #[serde(skip_serializing_if = "Option::is_none", skip_deserializing)]
    pub route_refresh: Key<RouteRefresh>,
}

#[derive(Debug, Default, Serialize)]
pub struct Open {
    pub version: Option<u8>,
    pub my_as: Option<u16>,
    pub hold_time: Option<u16>,
    pub bgp_id: Option<Hex>,
    pub extended: Option<u8>,
    pub parameters: Option<Vec<Parameter>>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Parameter {
    Capabilities { r#type: u8, capabilities: Vec<Capability> },
    Opaque { r#type: u8, value: Option<Hex> },
}

#[derive(Debug, Serialize)]
pub struct Capability {
    pub code: u8,
    pub value: Option<Hex>,
}

#[derive(Debug, Default, Serialize)]
pub struct Update {
    pub as_width: Option<u8>,
    pub withdrawn: Option<Vec<Prefix>>,
    pub attributes: Option<Vec<Attribute>>,
    pub nlri: Option<Vec<Prefix>>,
    pub reach: Option<Vec<Route>>,
    pub unreach: Option<Vec<Route>>,
    pub as_path: Option<Vec<AsSegment>>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prefix {
    pub bits: u8,
    pub prefix: Hex,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_id: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Route {
    #[serde(flatten)]
    pub prefix: Prefix,
    pub afi: u16,
    pub safi: u8,
}

#[derive(Debug, Serialize)]
pub struct Attribute {
    pub flags: Option<u8>,
    pub r#type: u8,
    pub value: Option<Hex>,
}

#[derive(Debug, Serialize)]
pub struct AsSegment {
    pub segment: u8,
    pub asns: Vec<u32>,
}

#[derive(Debug, Serialize)]
pub struct Notification {
    pub code: Option<u8>,
    pub subcode: Option<u8>,
    pub data: Option<Hex>,
}

#[derive(Debug, Serialize)]
pub struct RouteRefresh {
    pub afi: Option<u16>,
    pub subtype: Option<u8>,
    pub safi: Option<u8>,
    pub data: Option<Hex>,
}

impl Prefix {
    /// Read one prefix as a library writes it: a path identifier if it has one, the length in bits, and the octets.
    pub fn of_wire(octets: &[u8], path_id: Option<u32>) -> Self {
        let octets = &octets[path_id.map_or(0, |_| 4)..];
        Self { bits: octets[0], prefix: Hex::from(&octets[1..]), path_id }
    }

    pub fn in_family(self, afi: u16, safi: u8) -> Route {
        Route { prefix: self, afi, safi }
    }
}

/// A network: as many octets of the address as its bits need.
pub fn prefix_of(address: IpAddr, bits: u8, path_id: Option<u32>) -> Prefix {
    let octets = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let used = usize::from(bits).div_ceil(8).min(octets.len());
    Prefix { bits, prefix: Hex::from(&octets[..used]), path_id }
}

/// An address in 16 octets: an IPv4 address is 12 zero octets and 4.
pub fn address16(address: IpAddr) -> Hex {
    match address {
        IpAddr::V4(address) => Hex::from([&[0; 12], &address.octets()[..]].concat()),
        IpAddr::V6(address) => Hex::from(address.octets()),
    }
}

/// The address that 16 octets hold, as the V flag says.
pub fn address_of(octets: &[u8; 16], is_ipv6: bool) -> IpAddr {
    if is_ipv6 {
        return IpAddr::V6(Ipv6Addr::from(*octets));
    }
    let [.., a, b, c, d] = *octets;
    IpAddr::V4(Ipv4Addr::new(a, b, c, d))
}

/// What encoders need of a request.
impl Message {
    /// The 42 octets of the per-peer header; `None` where something of it is missing.
    pub fn peer_octets(&self) -> Option<Vec<u8>> {
        let peer = self.peer.as_ref()?.as_ref()?;
        let octets = [
            &[peer.r#type?, peer.flags?],
            peer.distinguisher.as_ref()?.0.as_slice(),
            &peer.address.as_ref()?.0,
            &peer.asn?.to_be_bytes(),
            &peer.bgp_id.as_ref()?.0,
            &peer.seconds?.to_be_bytes(),
            &peer.microseconds?.to_be_bytes(),
        ];
        Some(octets.concat())
    }

    /// Whether the V flag says IPv6.
    pub fn peer_is_ipv6(&self) -> bool {
        let peer = self.peer.as_ref().and_then(Option::as_ref);
        peer.and_then(|peer| peer.flags).is_some_and(|flags| flags & V_FLAG != 0)
    }

    pub fn local_address16(&self) -> Option<[u8; 16]> {
        self.local_address.as_ref()?.as_ref()?.0.as_slice().try_into().ok()
    }
}
