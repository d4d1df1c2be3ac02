//! Listens to what is said between Grantkeep and a token endpoint, so that a test knows every secret of it.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;
use url::Url;

use super::{Failure, Outcome};

/// A listener on loopback that passes each request on, and its answer back.
pub struct Tap {
    address: Url,
    heard: Arc<Mutex<Vec<String>>>,
    leaving: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Tap {
    /// Begins to pass on what comes for `endpoint`, an http address on this machine.
    ///
    /// # Errors
    /// `endpoint` is another kind of address, or there is no free port.
    pub fn to(endpoint: &str) -> Outcome<Self> {
        let mut address = Url::parse(endpoint)?;
        let port = address.port().ok_or_else(|| Failure::new("the endpoint has no port"))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let own = listener.local_addr()?.port();
        let taken = address.set_port(Some(own));
        taken.map_err(|()| Failure::new("the endpoint cannot be on another port"))?;
        let (heard, leaving) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let (record, leave) = (Arc::clone(&heard), Arc::clone(&leaving));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if leave.load(Ordering::SeqCst) {
                    return;
                }
                // A request that breaks off is the test's to notice.
                let _ = pass_on(stream, port, &record);
            }
        });
        Ok(Self { address, heard, leaving, thread: Some(thread) })
    }

    /// The address to use for the endpoint.
    pub fn address(&self) -> &str {
        self.address.as_str()
    }

    /// The values of these parameters and fields, in all requests and answers so far.
    pub fn values(&self, names: &[&str]) -> Vec<String> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.iter().flat_map(|message| values_in(message, names)).collect()
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.leaving.store(true, Ordering::SeqCst);
        // The thread waits for a connection: this is its last one.
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.address.port().unwrap_or_default())));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn pass_on(mut from: TcpStream, port: u16, heard: &Mutex<Vec<String>>) -> std::io::Result<()> {
    from.set_read_timeout(Some(PATIENCE))?;
    let (head, body) = read_request(&mut from)?;
    let mut to = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    to.set_read_timeout(Some(PATIENCE))?;
    let kept = head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let head: String = kept.filter(|line| !line.is_empty()).flat_map(|line| [line, "\r\n"]).collect();
    to.write_all(format!("{head}connection: close\r\n\r\n").as_bytes())?;
    to.write_all(&body)?;
    let mut answer = Vec::new();
    to.read_to_end(&mut answer)?;
    let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    heard.push(String::from_utf8_lossy(&body).into_owned());
    heard.push(String::from_utf8_lossy(&answer).into_owned());
    drop(heard);
    from.write_all(&answer)
}

/// The head of a request, with its empty line, and the body that its length announces.
fn read_request(from: &mut TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let mut said = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = said.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&said[..end + 4]).into_owned();
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            if said.len() >= end + 4 + length.unwrap_or(0) {
                return Ok((head, said.split_off(end + 4)));
            }
        }
        match from.read(&mut buffer)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => said.extend_from_slice(&buffer[..count]),
        }
    }
}

/// Values by name: of a form, or of the JSON object in an answer.
fn values_in(message: &str, names: &[&str]) -> Vec<String> {
    let object = message.find('{').and_then(|start| serde_json::from_str::<Value>(&message[start..]).ok());
    if let Some(object) = object {
        let found = names.iter().filter_map(|name| object.get(name)?.as_str().map(str::to_owned));
        return found.collect();
    }
    let pairs = url::form_urlencoded::parse(message.as_bytes());
    pairs.filter(|(name, _)| names.contains(&name.as_ref())).map(|(_, value)| value.into_owned()).collect()
}

const PATIENCE: Duration = Duration::from_secs(20);
