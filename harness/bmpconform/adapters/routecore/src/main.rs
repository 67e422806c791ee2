//! routecore as a target: decode and stream.
//!
//! The library cuts a stream (`Message::check`) and makes a session's configuration of a Peer Up; keeping it for each
//! peer is the caller's part, and so the adapter's.

mod bgp;
mod shown;

use std::collections::HashMap;
use std::io::Cursor;

use bmp_adapter::protocol::{Decoded, Hello, Next, Refusal, Session, Target, serve};
use bytes::BytesMut;
use routecore::bgp::message::SessionConfig;
use routecore::bgp::message::update::FourOctetAsns;
use routecore::bgp::types::AfiSafiType;
use routecore::bmp::message::{Message, MessageError};

use crate::bgp::refused;
use crate::shown::{message_of, peer_header_of};

type Peer = Vec<u8>;

#[derive(Default)]
struct RouteCore {
    sessions: HashMap<Peer, SessionConfig>,
}

impl Target for RouteCore {
    fn hello(&self) -> Hello {
        Hello {
            name: "routecore",
            version: "0.7.2",
            url: "https://codeberg.org/NLnetLabs/routecore",
            ops: &["decode", "stream"],
            depth: &[(0, 3), (1, 3), (2, 2), (3, 3), (4, 3), (5, 3), (6, 2)],
            bgp: "parsed",
            lenient: &[],
        }
    }

    fn decode(&mut self, frame: &[u8], session: Option<&Session>) -> Result<Decoded, Refusal> {
        let length = Message::check(&mut Cursor::new(frame)).map_err(|error| Refusal::of_error(&error))? as usize;
        let message = Message::from_octets(&frame[..length]).map_err(refused)?;
        let mut config = config_for(&message, SessionConfig::modern());
        for &family in session.map(|session| session.add_path.as_slice()).unwrap_or_default() {
            config.add_addpath_rxtx(AfiSafiType::from(family));
        }
        Ok(Decoded { consumed: Some(length), message: message_of(&message, &config)? })
    }

    fn next(&mut self, octets: &mut BytesMut) -> Next {
        let frame = match Message::check(&mut Cursor::new(&octets[..])) {
            Ok(length) => octets.split_to(length as usize),
            Err(MessageError::Incomplete) => return Next::Wait,
            Err(error) => return Next::Lost(Refusal::of_error(&error)),
        };
        match self.read(&frame) {
            Ok(message) => Next::Message(Box::new(message)),
            Err(refusal) => Next::Refused(refusal),
        }
    }

    fn reset(&mut self) {
        self.sessions.clear();
    }
}

impl RouteCore {
    fn read(&mut self, frame: &[u8]) -> Result<bmp_adapter::neutral::Message, Refusal> {
        let message = Message::from_octets(frame).map_err(refused)?;
        let peer = peer_key(&message);
        let held = self.sessions.get(&peer).cloned().unwrap_or_else(SessionConfig::modern);
        let shown = message_of(&message, &config_for(&message, held))?;
        match &message {
            Message::PeerUpNotification(held) => {
                self.sessions.insert(peer, held.pph_session_config().0);
            }
            Message::PeerDownNotification(_) => {
                self.sessions.remove(&peer);
            }
            Message::TerminationMessage(_) => self.sessions.clear(),
            _ => {}
        }
        Ok(shown)
    }
}

/// The configuration with the AS width that the message's own per-peer header gives.
fn config_for(message: &Message<&[u8]>, mut config: SessionConfig) -> SessionConfig {
    if let Some(header) = peer_header_of(message) {
        config.set_four_octet_asns(FourOctetAsns(!header.is_legacy_format()));
    }
    config
}

/// Type, distinguisher and address: what tells peers apart.
fn peer_key(message: &Message<&[u8]>) -> Peer {
    let Some(header) = peer_header_of(message) else { return Peer::new() };
    let kind: u8 = header.peer_type().into();
    [&[kind], header.distinguisher(), header.address().to_string().as_bytes()].concat()
}

fn main() -> std::io::Result<()> {
    serve(&mut RouteCore::default())
}
