//! The adapter protocol, version 1: requests on stdin, answers on stdout, one JSON object a line.
//!
//! A library's panic is caught and told as such: it is no error that the library reports. Answers are flushed when
//! nothing more waits to be read, so that a full pipe is worth one write.

use std::io::{self, BufRead, BufReader, BufWriter, Write};

use bytes::BytesMut;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::hex::Hex;
use crate::neutral::Message;
use crate::panics;

pub const PROTOCOL: u32 = 1;
const OK: &str = "ok";
const HEADER_OCTETS: usize = 6;

/// Who a target is and what it can do; `depth` pairs message types with how deep they are shown.
pub struct Hello {
    pub name: &'static str,
    pub version: &'static str,
    pub url: &'static str,
    pub ops: &'static [&'static str],
    pub depth: &'static [(u8, u8)],
    pub bgp: &'static str,
    pub lenient: &'static [&'static str],
}

/// What a decoder is told of a session: the families with path identifiers, and the octets of an AS number.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Session {
    pub add_path: Vec<(u16, u8)>,
    pub as_width: Option<u8>,
}

pub struct Decoded {
    pub consumed: Option<usize>,
    pub message: Message,
}

#[derive(Debug, Serialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum Refusal {
    Reject {
        error: String,
        reason: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        offset: Option<usize>,
    },
    Unsupported {
        reason: String,
    },
    Panic {
        error: String,
        reason: String,
    },
}

impl Refusal {
    /// An error of a library, named by the variants that it consists of.
    pub fn of_error(error: &(impl std::fmt::Debug + std::fmt::Display)) -> Self {
        Self::Reject { error: variants(&format!("{error:?}")), reason: error.to_string(), offset: None }
    }

    pub fn unsupported(reason: impl Into<String>) -> Self {
        Self::Unsupported { reason: reason.into() }
    }

    /// An error that is known by one name alone.
    pub fn named(error: &str, reason: impl Into<String>) -> Self {
        Self::Reject { error: error.into(), reason: reason.into(), offset: None }
    }

    fn name(self) -> String {
        match self {
            Self::Reject { error, .. } | Self::Panic { error, .. } => error,
            Self::Unsupported { reason } => reason,
        }
    }
}

/// What comes next in a connection.
pub enum Next {
    /// More octets are needed.
    Wait,
    Message(Box<Message>),
    Refused(Refusal),
    /// The frame is lost: nothing behind it can be read.
    Lost(Refusal),
}

/// A library under test. `next` takes off `octets` what it read.
pub trait Target {
    fn hello(&self) -> Hello;
    fn decode(&mut self, frame: &[u8], session: Option<&Session>) -> Result<Decoded, Refusal>;
    fn next(&mut self, octets: &mut BytesMut) -> Next;
    fn reset(&mut self) {}
    fn encode(&mut self, _: &Message, _: Option<&Session>) -> Result<Vec<u8>, Refusal> {
        Err(Refusal::unsupported("the library writes no messages"))
    }
}

#[derive(Deserialize)]
struct Request {
    id: u64,
    op: String,
    #[serde(default)]
    hex: Hex,
    #[serde(default)]
    message: Message,
    session: Option<Session>,
}

#[derive(Serialize)]
struct Answer {
    id: u64,
    #[serde(flatten)]
    body: Body,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Body {
    Greeted {
        status: &'static str,
        #[serde(flatten)]
        hello: Value,
    },
    Decoded {
        status: &'static str,
        consumed: Option<usize>,
        message: Box<Message>,
    },
    Encoded {
        status: &'static str,
        hex: Hex,
    },
    Streamed {
        status: &'static str,
        items: Vec<Item>,
        left: usize,
        closed: bool,
    },
    Done {
        status: &'static str,
    },
    Refused(Refusal),
}

#[derive(Serialize)]
struct Item {
    offset: usize,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Box<Message>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Answer each request on stdin until `bye` or the end of input.
pub fn serve(target: &mut impl Target) -> io::Result<()> {
    panics::keep_places();
    let mut input = BufReader::with_capacity(1 << 18, io::stdin().lock());
    let mut output = BufWriter::with_capacity(1 << 18, io::stdout().lock());
    let mut connection = Connection::default();
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let request: Request = serde_json::from_slice(&line)?;
        let is_last = request.op == "bye";
        let answer = Answer { id: request.id, body: respond(target, &mut connection, request) };
        serde_json::to_writer(&mut output, &answer)?;
        output.write_all(b"\n")?;
        if is_last {
            break;
        }
        if input.buffer().is_empty() {
            output.flush()?;
        }
        line.clear();
    }
    output.flush()
}

fn respond(target: &mut impl Target, connection: &mut Connection, request: Request) -> Body {
    let ops = target.hello().ops;
    match request.op.as_str() {
        "hello" => Body::Greeted { status: OK, hello: greeting(&target.hello()) },
        "reset" => {
            *connection = Connection::default();
            target.reset();
            Body::Done { status: OK }
        }
        "bye" => Body::Done { status: OK },
        op if !ops.contains(&op) => Body::Refused(Refusal::unsupported(format!("no op {op}"))),
        "decode" => match caught(|| target.decode(&request.hex.0, request.session.as_ref())) {
            Ok(Decoded { consumed, message }) => Body::Decoded { status: OK, consumed, message: Box::new(message) },
            Err(refusal) => Body::Refused(refusal),
        },
        "encode" => match caught(|| target.encode(&request.message, request.session.as_ref())) {
            Ok(octets) => Body::Encoded { status: OK, hex: Hex(octets) },
            Err(refusal) => Body::Refused(refusal),
        },
        _ => connection.read(target, &request.hex.0),
    }
}

fn caught<T>(call: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    panics::caught(call).unwrap_or_else(|(error, reason)| Err(Refusal::Panic { error, reason }))
}

fn greeting(hello: &Hello) -> Value {
    let depth: serde_json::Map<_, _> =
        hello.depth.iter().map(|(kind, depth)| (kind.to_string(), json!(depth))).collect();
    json!({
        "protocol": PROTOCOL,
        "name": hello.name,
        "version": hello.version,
        "language": "Rust",
        "url": hello.url,
        "capabilities": {
            "ops": hello.ops, "depth": depth, "bgp": hello.bgp, "station": false, "lenient": hello.lenient,
        },
    })
}

/// A connection: its octets that are not read yet, how many were before them, and whether its frame is lost.
#[derive(Default)]
struct Connection {
    octets: BytesMut,
    offset: usize,
    closed: bool,
}

impl Connection {
    fn read(&mut self, target: &mut impl Target, octets: &[u8]) -> Body {
        self.octets.extend_from_slice(octets);
        let mut items = Vec::new();
        while let Some(item) = self.next_item(target) {
            items.push(item);
        }
        Body::Streamed { status: OK, items, left: self.octets.len(), closed: self.closed }
    }

    fn next_item(&mut self, target: &mut impl Target) -> Option<Item> {
        if self.closed {
            return None;
        }
        let before = self.octets.len();
        let next = panics::caught(|| target.next(&mut self.octets));
        let read = before - self.octets.len();
        let offset = self.offset;
        self.offset += read;
        self.closed = matches!(next, Ok(Next::Lost(_))) || read == 0 && !matches!(next, Ok(Next::Wait));
        let (status, message, error) = match next {
            Ok(Next::Wait) => return None,
            Ok(Next::Message(message)) => (OK, Some(message), None),
            Ok(Next::Refused(refusal) | Next::Lost(refusal)) => ("reject", None, Some(refusal.name())),
            Err((error, _)) => ("panic", None, Some(error)),
        };
        Some(Item { offset, status, message, error })
    }
}

/// The chain of variants at the start of an error's debug text, without what they hold.
pub fn variants(debug: &str) -> String {
    let mut names = Vec::new();
    let mut rest = debug;
    loop {
        let end = rest.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(rest.len());
        if end == 0 || !rest.starts_with(|first: char| first.is_ascii_uppercase()) {
            break;
        }
        names.push(&rest[..end]);
        let Some(inner) = rest[end..].strip_prefix('(') else { break };
        rest = inner;
    }
    names.join(".")
}

/// What the octets of a stream begin with.
pub enum Cut {
    Wait,
    Frame(BytesMut),
    Lost(Refusal),
}

/// Take the next frame off `octets`, for libraries that do not do it; `judge` has the library judge its header.
pub fn cut(octets: &mut BytesMut, judge: impl Fn(&[u8]) -> Result<(), Refusal>) -> Cut {
    let Some(&header) = octets.first_chunk::<HEADER_OCTETS>() else { return Cut::Wait };
    let [_, a, b, c, d, _] = header;
    let length = u32::from_be_bytes([a, b, c, d]) as usize;
    if let Err(refusal) = judge(&header) {
        return Cut::Lost(refusal);
    }
    if length < HEADER_OCTETS {
        return Cut::Lost(Refusal::named("length", "a frame shorter than its header cannot be cut"));
    }
    if octets.len() < length { Cut::Wait } else { Cut::Frame(octets.split_to(length)) }
}
