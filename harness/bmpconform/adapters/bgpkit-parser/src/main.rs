//! bgpkit-parser as a target: decode and stream.
//!
//! The library has no stream decoder: the adapter cuts the stream by the library's common header, and the library reads
//! each message by itself, without what the Peer Up said.

mod bgp;
mod shown;

use bgpkit_parser::bmp::error::ParserBmpError;
use bgpkit_parser::bmp::messages::parse_bmp_common_header;
use bgpkit_parser::bmp::parse_bmp_msg;
use bmp_adapter::protocol::{Cut, Decoded, Hello, Next, Refusal, Session, Target, cut, serve};
use bytes::{Bytes, BytesMut};

struct BgpKit;

impl Target for BgpKit {
    fn hello(&self) -> Hello {
        Hello {
            name: "bgpkit-parser",
            version: "0.23.0",
            url: "https://github.com/bgpkit/bgpkit-parser",
            ops: &["decode", "stream"],
            depth: &[(0, 3), (1, 3), (2, 2), (3, 3), (4, 3), (5, 3), (6, 3)],
            bgp: "parsed",
            lenient: &[],
        }
    }

    fn decode(&mut self, frame: &[u8], session: Option<&Session>) -> Result<Decoded, Refusal> {
        if session.is_some() {
            return Err(Refusal::unsupported("the library cannot be told of a session"));
        }
        let mut octets = Bytes::copy_from_slice(frame);
        let message = parse_bmp_msg(&mut octets).map_err(|error| Refusal::of_error(&error))?;
        Ok(Decoded { consumed: Some(frame.len() - octets.len()), message: shown::message_of(&message) })
    }

    fn next(&mut self, octets: &mut BytesMut) -> Next {
        let frame = match cut(octets, |header| match parse_bmp_common_header(&mut Bytes::copy_from_slice(header)) {
            Ok(_) | Err(ParserBmpError::UnknownMessageType(_)) => Ok(()),
            Err(error) => Err(Refusal::of_error(&error)),
        }) {
            Cut::Wait => return Next::Wait,
            Cut::Lost(refusal) => return Next::Lost(refusal),
            Cut::Frame(frame) => frame,
        };
        match self.decode(&frame, None) {
            Ok(decoded) => Next::Message(Box::new(decoded.message)),
            Err(refusal) => Next::Refused(refusal),
        }
    }
}

fn main() -> std::io::Result<()> {
    serve(&mut BgpKit)
}
