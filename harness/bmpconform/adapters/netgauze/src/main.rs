//! netgauze-bmp-pkt as a target: decode, encode and stream.
//!
//! A stream goes through the library's own codec, which frames it and keeps the state of its peers.

mod asked;
mod bgp;
mod shown;

use bmp_adapter::neutral::Message;
use bmp_adapter::protocol::{Decoded, Hello, Next, Refusal, Session, Target, serve};
use bytes::BytesMut;
use netgauze_bgp_pkt::wire::deserializer::BgpParsingContext;
use netgauze_bmp_pkt::codec::{BmpCodec, BmpCodecDecoderError};
use netgauze_bmp_pkt::wire::deserializer::{BmpMessageParsingError, BmpParsingContext};
use netgauze_bmp_pkt::{BmpMessage, PeerHeader, PeerKey};
use netgauze_iana::address_family::{AddressFamily, AddressType, SubsequentAddressFamily};
use netgauze_parse_utils::reader::SliceReader;
use netgauze_parse_utils::traits::{ParseFrom, ParseFromWithOneInput};
use serde::Serialize;
use serde_json::Value;

const HEADER_OCTETS: usize = 6;
const TYPE: usize = 5;
const ROUTE_MIRRORING: u8 = 6;

#[derive(Default)]
struct NetGauze {
    codec: BmpCodec,
}

impl Target for NetGauze {
    fn hello(&self) -> Hello {
        Hello {
            name: "netgauze",
            version: "0.13.0",
            url: "https://github.com/NetGauze/NetGauze",
            ops: &["decode", "encode", "stream"],
            depth: &[(0, 3), (1, 3), (2, 3), (3, 3), (4, 3), (5, 3), (6, 3)],
            bgp: "parsed",
            lenient: &[],
        }
    }

    fn decode(&mut self, frame: &[u8], session: Option<&Session>) -> Result<Decoded, Refusal> {
        let mut context = context_of(frame, session)?;
        let mut reader = SliceReader::new(frame);
        let message = BmpMessage::parse(&mut reader, &mut context).map_err(|error| refusal(&error))?;
        Ok(Decoded { consumed: Some(reader.offset()), message: shown::message_of(&message) })
    }

    fn encode(&mut self, message: &Message, session: Option<&Session>) -> Result<Vec<u8>, Refusal> {
        asked::encode(message, session)
    }

    fn next(&mut self, octets: &mut BytesMut) -> Next {
        match tokio_util::codec::Decoder::decode(&mut self.codec, octets) {
            Ok(Some(message)) => Next::Message(Box::new(shown::message_of(&message))),
            Ok(None) => Next::Wait,
            Err(error) => next_of(&error),
        }
    }

    fn reset(&mut self) {
        self.codec = BmpCodec::default();
    }
}

/// What an error of the codec means for what comes behind: with these two it has no frame that it could leave out.
fn next_of(error: &BmpCodecDecoderError) -> Next {
    match error {
        BmpCodecDecoderError::BmpMessageParsingError(
            error @ (BmpMessageParsingError::UndefinedBmpVersion { .. }
            | BmpMessageParsingError::InvalidBmpLength { .. }),
        ) => Next::Lost(refusal(error)),
        BmpCodecDecoderError::BmpMessageParsingError(error) => Next::Refused(refusal(error)),
        error => Next::Refused(refusal(error)),
    }
}

/// A parsing context that knows what `session` says of the peer in `frame`.
fn context_of(frame: &[u8], session: Option<&Session>) -> Result<BmpParsingContext, Refusal> {
    let mut context = BmpParsingContext::default();
    let (Some(session), Some(&kind)) = (session, frame.get(TYPE)) else { return Ok(context) };
    if session.as_width.is_some() && kind == ROUTE_MIRRORING {
        return Err(Refusal::unsupported("the library takes the AS width from the A flag alone"));
    }
    let mut known = BgpParsingContext::default();
    for &(afi, safi) in &session.add_path {
        known.add_path_mut().insert(family_of(afi, safi)?, true);
    }
    if let Ok(header) = PeerHeader::parse(&mut SliceReader::new(&frame[HEADER_OCTETS..])) {
        context.add_peer(PeerKey::from_peer_header(&header), known);
    }
    Ok(context)
}

fn family_of(afi: u16, safi: u8) -> Result<AddressType, Refusal> {
    let unknown = || Refusal::unsupported(format!("the library knows no family {afi}/{safi}"));
    let afi = AddressFamily::try_from(afi).map_err(|_| unknown())?;
    let safi = SubsequentAddressFamily::try_from(safi).map_err(|_| unknown())?;
    AddressType::from_afi_safi(afi, safi).map_err(|_| unknown())
}

/// An error as the chain of its variants, with the offset that the innermost one holds.
fn refusal(error: &(impl std::fmt::Debug + std::fmt::Display + Serialize)) -> Refusal {
    let mut refusal = Refusal::of_error(error);
    if let Refusal::Reject { offset, .. } = &mut refusal {
        *offset = serde_json::to_value(error).ok().and_then(|tree| offset_in(&tree));
    }
    refusal
}

fn offset_in(tree: &Value) -> Option<usize> {
    let fields = tree.as_object()?;
    match fields.get("offset").and_then(Value::as_u64) {
        Some(offset) => usize::try_from(offset).ok(),
        None => fields.values().find_map(offset_in),
    }
}

fn main() -> std::io::Result<()> {
    serve(&mut NetGauze::default())
}
