//! The floor of `grantkeep token`: connects to the Unix socket that it is given, sends 100 bytes, prints the answer.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;

fn main() -> std::io::Result<()> {
    let path = std::env::args_os().nth(1).unwrap_or_default();
    let mut stream = UnixStream::connect(path)?;
    stream.write_all(&[b'x'; 100])?;
    let mut answer = Vec::with_capacity(1024);
    stream.read_to_end(&mut answer)?;
    std::io::stdout().write_all(&answer)
}
