//! The body of an answer: by length, in chunks (RFC 9112 §7.1) or until the connection is closed.

use std::io::{self, BufRead, Read};

use zeroize::Zeroizing;

use super::http::ExchangeError;

/// A buffered reader whose buffer is wiped on drop: a token passes through it.
pub(super) struct WipedReader<R> {
    inner: R,
    buffer: Zeroizing<Vec<u8>>,
    at: usize,
    filled: usize,
}

impl<R: Read> WipedReader<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, buffer: Zeroizing::new(vec![0; BUFFER]), at: 0, filled: 0 }
    }
}

impl<R: Read> BufRead for WipedReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.filled {
            (self.at, self.filled) = (0, 0);
            self.filled = self.inner.read(&mut self.buffer)?;
        }
        Ok(&self.buffer[self.at..self.filled])
    }

    fn consume(&mut self, amount: usize) {
        self.at = (self.at + amount).min(self.filled);
    }
}

impl<R: Read> Read for WipedReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(into.len());
        into[..count].copy_from_slice(&ready[..count]);
        self.consume(count);
        Ok(count)
    }
}

/// How the end of a body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
    UntilClosed,
}

/// A body under way; reading it ends at its end, and fails where the connection ended before.
pub(super) struct Body<R> {
    reader: WipedReader<R>,
    framing: Framing,
    /// Bytes of the length or of the chunk that are still to come.
    left: u64,
    /// The last chunk was seen.
    ended: bool,
    /// No chunk was read yet: none has to be closed.
    first: bool,
}

impl<R: Read> Body<R> {
    pub(super) fn new(reader: WipedReader<R>, framing: Framing) -> Self {
        let left = if let Framing::Length(length) = framing { length } else { 0 };
        Self { reader, framing, left, ended: false, first: true }
    }

    /// The whole body, wiped on drop.
    pub(super) fn whole(self) -> Result<Zeroizing<Vec<u8>>, ExchangeError> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).clamp(BUFFER, MAX_ROOM);
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        self.take(MAX_BODY).read_to_end(&mut bytes)?;
        if bytes.len() as u64 == MAX_BODY {
            return Err(ExchangeError::Garbage("its answer has no end"));
        }
        Ok(bytes)
    }

    /// Reads the line before a chunk, and the end of the chunk before it.
    fn next_chunk(&mut self) -> io::Result<()> {
        if !self.first && !self.line()?.trim_ascii().is_empty() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.first = false;
        let line = self.line()?;
        match httparse::parse_chunk_size(&line) {
            Ok(httparse::Status::Complete((_, size))) => self.left = size,
            Ok(httparse::Status::Partial) | Err(_) => return Err(io::ErrorKind::InvalidData.into()),
        }
        self.ended = self.left == 0;
        Ok(())
    }

    fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        self.reader.by_ref().take(MAX_CHUNK_LINE).read_until(b'\n', &mut line)?;
        match line.ends_with(b"\n") {
            true => Ok(line),
            false if line.len() as u64 == MAX_CHUNK_LINE => Err(io::ErrorKind::InvalidData.into()),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

impl<R: Read> Read for Body<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.framing == Framing::UntilClosed {
            return self.reader.read(into);
        }
        if self.left == 0 && self.framing == Framing::Chunked && !self.ended {
            self.next_chunk()?;
        }
        if self.left == 0 || into.is_empty() {
            return Ok(0);
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        let count = self.reader.read(&mut into[..most])?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= count as u64;
        Ok(count)
    }
}

const BUFFER: usize = 16 * 1024;

/// Bytes that a length in a head may reserve.
const MAX_ROOM: usize = 1024 * 1024;

/// Bytes of a body: 10,000 accounts have 20 MB.
const MAX_BODY: u64 = 256 * 1024 * 1024;

const MAX_CHUNK_LINE: u64 = 4096;
