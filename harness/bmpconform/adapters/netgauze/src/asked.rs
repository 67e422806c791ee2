//! Encode requests as messages of NetGauze.
//!
//! Messages and TLVs are made by constructors. Where the library has none that takes octets, its own parser makes the
//! value: PDUs, statistics and the per-peer header. What no value can be made of cannot be asked for: only its
//! constructors of messages and its writer refuse what they are asked.

use std::fmt::Debug;

use bmp_adapter::neutral::{Message, Pdu, Statistic, Tlv};
use bmp_adapter::protocol::{Refusal, Session, variants};
use netgauze_bgp_pkt::BgpMessage;
use netgauze_bgp_pkt::wire::deserializer::BgpParsingContext;
use netgauze_bmp_pkt::iana::{BmpMessageType, PeerDownReasonCode, PeerTerminationCode, RouteMirroringInformation};
use netgauze_bmp_pkt::v3::*;
use netgauze_bmp_pkt::{BmpMessage, PeerHeader};
use netgauze_parse_utils::WritablePdu;
use netgauze_parse_utils::reader::SliceReader;
use netgauze_parse_utils::traits::{ParseFrom, ParseFromWithOneInput};

const VERSION: u8 = 3;

pub fn encode(message: &Message, session: Option<&Session>) -> Result<Vec<u8>, Refusal> {
    if message.version != Some(VERSION) {
        return Err(Refusal::unsupported("only messages of version 3 are asked for"));
    }
    let mut octets = Vec::new();
    let value = value_of(&Asked { message, session })?;
    BmpMessage::V3(value).write(&mut octets).map_err(|error| Refusal::of_error(&error))?;
    Ok(octets)
}

/// A request, and what a library needs to know to read its PDUs.
struct Asked<'a> {
    message: &'a Message,
    session: Option<&'a Session>,
}

fn value_of(asked: &Asked) -> Result<BmpMessageValue, Refusal> {
    let code = asked.message.r#type.unwrap_or_default();
    let kind = BmpMessageType::try_from(code).map_err(valueless)?;
    let rest = || asked.message.rest.as_ref().map(|rest| rest.0.as_slice().into()).unwrap_or_default();
    Ok(match kind {
        BmpMessageType::RouteMonitoring => BmpMessageValue::RouteMonitoring(
            RouteMonitoringMessage::build(asked.peer()?, asked.pdu(&asked.message.pdu)?).map_err(refused)?,
        ),
        BmpMessageType::StatisticsReport => {
            let counters = listed(&asked.message.statistics, counter_of)?;
            BmpMessageValue::StatisticsReport(StatisticsReportMessage::new(asked.peer()?, counters))
        }
        BmpMessageType::PeerDownNotification => BmpMessageValue::PeerDownNotification(
            PeerDownNotificationMessage::build(asked.peer()?, asked.reason()?).map_err(refused)?,
        ),
        BmpMessageType::PeerUpNotification => BmpMessageValue::PeerUpNotification(asked.peer_up()?),
        BmpMessageType::Initiation => {
            BmpMessageValue::Initiation(InitiationMessage::new(listed(&asked.message.tlvs, initiation_tlv)?))
        }
        BmpMessageType::Termination => {
            BmpMessageValue::Termination(TerminationMessage::new(listed(&asked.message.tlvs, termination_tlv)?))
        }
        BmpMessageType::RouteMirroring => {
            let mirrored = listed(&asked.message.tlvs, mirroring_tlv)?;
            BmpMessageValue::RouteMirroring(RouteMirroringMessage::new(asked.peer()?, mirrored))
        }
        BmpMessageType::Experimental251 => BmpMessageValue::Experimental251(rest()),
        BmpMessageType::Experimental252 => BmpMessageValue::Experimental252(rest()),
        BmpMessageType::Experimental253 => BmpMessageValue::Experimental253(rest()),
        BmpMessageType::Experimental254 => BmpMessageValue::Experimental254(rest()),
    })
}

impl Asked<'_> {
    fn peer(&self) -> Result<PeerHeader, Refusal> {
        let octets = self.message.peer_octets().ok_or_else(|| unsayable("a peer without a whole header"))?;
        PeerHeader::parse(&mut SliceReader::new(&octets)).map_err(valueless)
    }

    fn pdu(&self, pdu: &Option<Option<Pdu>>) -> Result<BgpMessage, Refusal> {
        let mut context = BgpParsingContext::default();
        context.set_asn4(self.peer()?.is_asn4());
        for &(afi, safi) in self.session.map(|session| session.add_path.as_slice()).unwrap_or_default() {
            context.add_path_mut().insert(crate::family_of(afi, safi)?, true);
        }
        let octets = octets_of(pdu)?;
        let mut reader = SliceReader::new(octets);
        let message = BgpMessage::parse(&mut reader, &mut context).map_err(valueless)?;
        if reader.is_empty() { Ok(message) } else { Err(unsayable("octets behind a PDU")) }
    }

    fn peer_up(&self) -> Result<PeerUpNotificationMessage, Refusal> {
        let message = self.message;
        let is_ipv6 = message.peer_is_ipv6();
        let address = message.local_address16().ok_or_else(|| unsayable("a peer without local address"))?;
        PeerUpNotificationMessage::build(
            self.peer()?,
            Some(bmp_adapter::neutral::address_of(&address, is_ipv6)),
            message.local_port.flatten(),
            message.remote_port.flatten(),
            self.pdu(&message.sent_open)?,
            self.pdu(&message.received_open)?,
            listed(&message.tlvs, initiation_tlv)?,
        )
        .map_err(refused)
    }

    fn reason(&self) -> Result<PeerDownNotificationReason, Refusal> {
        use PeerDownNotificationReason as Reason;
        let code = self.message.reason.flatten().unwrap_or_default();
        let code = PeerDownReasonCode::try_from(code).map_err(valueless)?;
        let rest = || self.message.rest.as_ref().map(|rest| rest.0.as_slice().into()).unwrap_or_default();
        Ok(match code {
            PeerDownReasonCode::LocalSystemClosedNotificationPduFollows => {
                Reason::LocalSystemClosedNotificationPduFollows(self.pdu(&self.message.pdu)?)
            }
            PeerDownReasonCode::LocalSystemClosedFsmEventFollows => {
                Reason::LocalSystemClosedFsmEventFollows(self.message.fsm_event.flatten().unwrap_or_default())
            }
            PeerDownReasonCode::RemoteSystemClosedNotificationPduFollows => {
                Reason::RemoteSystemClosedNotificationPduFollows(self.pdu(&self.message.pdu)?)
            }
            PeerDownReasonCode::RemoteSystemClosedNoData => Reason::RemoteSystemClosedNoData,
            PeerDownReasonCode::PeerDeConfigured => Reason::PeerDeConfigured,
            PeerDownReasonCode::LocalSystemClosedTlvDataFollows => {
                let tlvs = listed(&self.message.tlvs, initiation_tlv)?;
                let [tlv] = tlvs.as_slice() else { return Err(unsayable("other than one TLV in Peer Down")) };
                Reason::LocalSystemClosedTlvDataFollows(tlv.clone())
            }
            PeerDownReasonCode::Experimental251 => Reason::Experimental251(rest()),
            PeerDownReasonCode::Experimental252 => Reason::Experimental252(rest()),
            PeerDownReasonCode::Experimental253 => Reason::Experimental253(rest()),
            PeerDownReasonCode::Experimental254 => Reason::Experimental254(rest()),
        })
    }
}

fn listed<T, R>(items: &Option<Option<Vec<T>>>, each: impl Fn(&T) -> Result<R, Refusal>) -> Result<Vec<R>, Refusal> {
    items.iter().flatten().flatten().map(each).collect()
}

fn octets_of(pdu: &Option<Option<Pdu>>) -> Result<&[u8], Refusal> {
    let pdu = pdu.as_ref().and_then(Option::as_ref).and_then(|pdu| pdu.hex.as_ref());
    pdu.map(|octets| octets.0.as_slice()).ok_or_else(|| unsayable("a PDU without octets"))
}

fn value(tlv: &Tlv) -> &[u8] {
    tlv.value.as_ref().map(|value| value.0.as_slice()).unwrap_or_default()
}

fn text(tlv: &Tlv) -> Result<Box<str>, Refusal> {
    std::str::from_utf8(value(tlv)).map(Into::into).map_err(|_| unsayable("a string that is not UTF-8"))
}

fn code(tlv: &Tlv) -> Result<u16, Refusal> {
    value(tlv).try_into().map(u16::from_be_bytes).map_err(|_| unsayable("a code of other than 2 octets"))
}

fn initiation_tlv(tlv: &Tlv) -> Result<InitiationInformation, Refusal> {
    use InitiationInformation::*;
    Ok(match tlv.r#type.unwrap_or_default() {
        0 => String(text(tlv)?),
        1 => SystemDescription(text(tlv)?),
        2 => SystemName(text(tlv)?),
        3 => VrfTableName(text(tlv)?),
        4 => AdminLabel(text(tlv)?),
        65531 => Experimental65531(value(tlv).into()),
        65532 => Experimental65532(value(tlv).into()),
        65533 => Experimental65533(value(tlv).into()),
        65534 => Experimental65534(value(tlv).into()),
        _ => return Err(unsayable("a TLV of that type")),
    })
}

fn termination_tlv(tlv: &Tlv) -> Result<TerminationInformation, Refusal> {
    use TerminationInformation::*;
    Ok(match tlv.r#type.unwrap_or_default() {
        0 => String(text(tlv)?),
        1 => Reason(PeerTerminationCode::try_from(code(tlv)?).map_err(valueless)?),
        65531 => Experimental65531(value(tlv).into()),
        65532 => Experimental65532(value(tlv).into()),
        65533 => Experimental65533(value(tlv).into()),
        65534 => Experimental65534(value(tlv).into()),
        _ => return Err(unsayable("a TLV of that type")),
    })
}

fn mirroring_tlv(tlv: &Tlv) -> Result<RouteMirroringValue, Refusal> {
    use RouteMirroringValue::*;
    Ok(match tlv.r#type.unwrap_or_default() {
        0 => BgpMessage(MirroredBgpMessage::Raw(value(tlv).into())),
        1 => Information(RouteMirroringInformation::try_from(code(tlv)?).map_err(valueless)?),
        65531 => Experimental65531(value(tlv).into()),
        65532 => Experimental65532(value(tlv).into()),
        65533 => Experimental65533(value(tlv).into()),
        65534 => Experimental65534(value(tlv).into()),
        _ => return Err(unsayable("a TLV of that type")),
    })
}

fn counter_of(statistic: &Statistic) -> Result<StatisticsCounter, Refusal> {
    let data = statistic.data.as_ref().map(|data| data.0.as_slice()).unwrap_or_default();
    let length = u16::try_from(data.len()).map_err(|_| unsayable("a statistic of that length"))?;
    let kind = statistic.r#type.unwrap_or_default();
    let octets = [&kind.to_be_bytes(), &length.to_be_bytes(), data].concat();
    StatisticsCounter::parse(&mut SliceReader::new(&octets)).map_err(valueless)
}

fn refused(error: impl Debug) -> Refusal {
    Refusal::named(&variants(&format!("{error:?}")), format!("{error:?}"))
}

/// What the library's types cannot hold.
fn unsayable(what: &str) -> Refusal {
    Refusal::unsupported(format!("the library has no value for {what}"))
}

/// What the library's parser, or its list of codes, makes no value of.
fn valueless(error: impl Debug) -> Refusal {
    Refusal::unsupported(format!("the library makes no value of it: {error:?}"))
}
