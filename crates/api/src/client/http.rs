//! One HTTP/1.1 exchange over a local stream: writes the request, reads the head; [`super::body`] reads the rest.

use std::io::{self, BufRead, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use zeroize::Zeroizing;

use super::body::{Body, Framing, WipedReader};
use crate::routes::{CLIENT_VERSION, OWN_VERSION};

/// A request method that the API uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// A request as it is written. Not `Debug`: the body may hold a secret.
pub(super) struct Request<'a> {
    pub(super) method: Method,
    pub(super) path: &'a str,
    pub(super) body: Option<&'a [u8]>,
    /// Says our version, so that an agent of another one refuses instead of answering.
    pub(super) says_version: bool,
}

/// A whole answer. Not `Debug`: the body may hold a token.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Zeroizing<Vec<u8>>,
}

/// The head of an answer.
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) framing: Framing,
    pub(super) headers: Vec<(String, String)>,
}

impl Head {
    /// A header field of that name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExchangeError {
    /// The connection ended: the agent stopped or was killed.
    #[error("the connection was lost")]
    Lost(#[source] io::Error),
    /// The agent lives but is silent.
    #[error("no answer in time")]
    Silent,
    /// What came is not HTTP as the agent speaks it.
    #[error("{0}")]
    Garbage(&'static str),
}

/// Sends a request and reads the whole answer; `patience` is how long the agent may be silent.
pub(super) fn exchange(
    stream: UnixStream,
    request: &Request<'_>,
    patience: Duration,
) -> Result<Answer, ExchangeError> {
    let (head, body) = begin(stream, request, patience)?;
    Ok(Answer { status: head.status, body: body.whole()? })
}

/// Sends a request and reads the head of the answer.
pub(super) fn begin(
    stream: UnixStream,
    request: &Request<'_>,
    patience: Duration,
) -> Result<(Head, Body<UnixStream>), ExchangeError> {
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(WRITE_PATIENCE))?;
    let written = write(&stream, request);
    let mut reader = WipedReader::new(stream);
    // An agent that refuses a request early may answer before it was read to its end.
    match (read_head(&mut reader), written) {
        (Ok(head), _) => {
            let framing = head.framing;
            Ok((head, Body::new(reader, framing)))
        }
        (Err(_), Err(error)) => Err(error.into()),
        (Err(error), Ok(())) => Err(error),
    }
}

fn write(mut stream: &UnixStream, request: &Request<'_>) -> io::Result<()> {
    let method = match request.method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    };
    let mut head = format!("{method} {} HTTP/1.1\r\nhost: grantkeep\r\nconnection: close\r\n", request.path);
    if request.says_version {
        head.push_str(&format!("{CLIENT_VERSION}: {OWN_VERSION}\r\n"));
    }
    if let Some(body) = request.body {
        head.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
    } else if request.method != Method::Get {
        head.push_str("content-length: 0\r\n");
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(request.body.unwrap_or_default())
}

/// The head of the answer that comes.
pub(super) fn read_head<R: Read>(reader: &mut WipedReader<R>) -> Result<Head, ExchangeError> {
    let mut head = Vec::new();
    loop {
        let from = head.len();
        let room = MAX_HEAD.saturating_sub(from) as u64;
        let read = reader.by_ref().take(room).read_until(b'\n', &mut head)?;
        if read == 0 || !head.ends_with(b"\n") {
            return Err(if room as usize == read { GARBAGE_HEAD } else { lost() });
        }
        if matches!(&head[from..], b"\r\n" | b"\n") {
            break;
        }
    }
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Response::new(&mut headers);
    let complete = parsed.parse(&head).map_err(|_| GARBAGE_HEAD)?.is_complete();
    let status = parsed.code.filter(|_| complete).ok_or(GARBAGE_HEAD)?;
    let framing = framing(status, parsed.headers)?;
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = parsed.headers.iter().map(|header| (header.name.to_owned(), text(header.value))).collect();
    Ok(Head { status, framing, headers })
}

/// How the end of the body is found (RFC 9112 §6.3).
fn framing(status: u16, headers: &[httparse::Header<'_>]) -> Result<Framing, ExchangeError> {
    let value =
        |name: &str| headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|it| it.value);
    if status == 204 || status == 304 {
        return Ok(Framing::Length(0));
    }
    if let Some(coding) = value("transfer-encoding") {
        let chunked = coding.trim_ascii().eq_ignore_ascii_case(b"chunked");
        return if chunked {
            Ok(Framing::Chunked)
        } else {
            Err(ExchangeError::Garbage("its answer is encoded"))
        };
    }
    let Some(length) = value("content-length") else { return Ok(Framing::UntilClosed) };
    let length = std::str::from_utf8(length).ok().and_then(|text| text.trim().parse().ok());
    length.map(Framing::Length).ok_or(GARBAGE_HEAD)
}

impl From<io::Error> for ExchangeError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Self::Silent,
            io::ErrorKind::InvalidData => Self::Garbage("its answer is not HTTP"),
            _ => Self::Lost(error),
        }
    }
}

fn lost() -> ExchangeError {
    ExchangeError::Lost(io::ErrorKind::UnexpectedEof.into())
}

const GARBAGE_HEAD: ExchangeError = ExchangeError::Garbage("its answer is not HTTP");

/// Bytes of an answer's head.
const MAX_HEAD: usize = 64 * 1024;

const MAX_HEADERS: usize = 64;

/// The agent reads at once; only a stopped one lets a request wait.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);
