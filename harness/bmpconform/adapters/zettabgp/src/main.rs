//! zettabgp as a target: decode, encode and stream.
//!
//! Header and body are calls of their own in the library, and reading as many octets as the header says is the caller's
//! part, and so the adapter's. A stream goes through `BMPSession`, which keeps the Peer Up of each peer.

mod asked;
mod bgp;
mod shown;

use bmp_adapter::neutral::Message;
use bmp_adapter::protocol::{Cut, Decoded, Hello, Next, Refusal, Session, Target, cut, serve};
use bytes::BytesMut;
use zettabgp::bmp::prelude::*;
use zettabgp::prelude::*;

const HEADER_OCTETS: usize = 5;

#[derive(Default)]
struct ZettaBgp {
    session: BMPSession,
}

impl Target for ZettaBgp {
    fn hello(&self) -> Hello {
        Hello {
            name: "zettabgp",
            version: "0.6.0",
            url: "https://github.com/wladwm/zettabgp",
            ops: &["decode", "encode", "stream"],
            depth: &[(0, 3), (1, 0), (2, 2), (3, 2), (4, 3), (5, 3), (6, 0)],
            bgp: "parsed",
            lenient: &[],
        }
    }

    fn decode(&mut self, frame: &[u8], session: Option<&Session>) -> Result<Decoded, Refusal> {
        if session.is_some() {
            return Err(Refusal::unsupported("the library cannot be told of a session"));
        }
        let (header, _) = BmpMessageHeader::decode_from(frame).map_err(refused)?;
        let Some(body) = frame.get(HEADER_OCTETS..header.msglength) else {
            return Err(Refusal::named("length", "the frame is not as long as its header says"));
        };
        let message = BmpMessage::decode_from(body).map_err(refused)?;
        Ok(Decoded { consumed: Some(header.msglength), message: shown(&header, &message) })
    }

    fn encode(&mut self, message: &Message, session: Option<&Session>) -> Result<Vec<u8>, Refusal> {
        if session.is_some() {
            return Err(Refusal::unsupported("the library cannot be told of a session"));
        }
        asked::encode(message)
    }

    fn next(&mut self, octets: &mut BytesMut) -> Next {
        let frame = match cut(octets, |header| BmpMessageHeader::decode_from(header).map(|_| ()).map_err(refused)) {
            Cut::Wait => return Next::Wait,
            Cut::Lost(refusal) => return Next::Lost(refusal),
            Cut::Frame(frame) => frame,
        };
        match self.read(&frame) {
            Ok(message) => Next::Message(Box::new(message)),
            Err(refusal) => Next::Refused(refusal),
        }
    }

    fn reset(&mut self) {
        self.session = BMPSession::default();
    }
}

impl ZettaBgp {
    fn read(&mut self, frame: &[u8]) -> Result<Message, Refusal> {
        let (header, octets) = BmpMessageHeader::decode_from(frame).map_err(refused)?;
        let message = self.session.decode_from(&frame[octets..]).map_err(refused)?;
        Ok(shown(&header, &message))
    }
}

fn shown(header: &BmpMessageHeader, message: &BmpMessage) -> Message {
    let (kind, body) = shown::body_of(message);
    Message { version: Some(header.version), r#type: Some(kind), length: u32::try_from(header.msglength).ok(), ..body }
}

/// An error by its variant, with the place in the library's source or the sentence that it holds.
fn refused(error: BgpError) -> Refusal {
    let name = match &error {
        BgpError::Static(text) => (*text).to_string(),
        BgpError::InsufficientBufferSize(file, line) => format!("InsufficientBufferSize {}:{line}", in_source(file)),
        BgpError::ProtocolError(file, line) => format!("ProtocolError {}:{line}", in_source(file)),
        BgpError::TooManyData(file, line) => format!("TooManyData {}:{line}", in_source(file)),
        BgpError::DynStr(_) => "DynStr".to_string(),
        BgpError::Other(_) => "Other".to_string(),
    };
    Refusal::named(&name, error.to_string())
}

/// A file's name without the folder of the build.
fn in_source(file: &str) -> &str {
    file.rsplit_once("/src/").map_or(file, |(_, path)| path)
}

fn main() -> std::io::Result<()> {
    serve(&mut ZettaBgp::default())
}
