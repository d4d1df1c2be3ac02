//! `grantkeep request`: asks a service with an account's token, in the manner of curl. The token stays with the agent.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use grantkeep_api::Agent;
use grantkeep_api::client::BrokeredAnswer;
use grantkeep_api::requests::Brokered;
use grantkeep_api::views::{Code, Parameter, Problem};

use super::consent::{self, Where};
use crate::args::Request;
use crate::exit::Stop;
use crate::{clock, messages, output, words};

/// Sends the request and streams the answer.
///
/// # Errors
/// The agent's problem; data that cannot be read; with `--fail` a status of 400 or above.
pub(crate) fn run(args: &Request) -> Result<(), Stop> {
    let brokered = brokered(args, &mut |source| read(source))?;
    let agent = Agent::connect_or_start()?;
    let mut answer = consent::asked(&agent, Where::Anywhere, || agent.request(&args.id, &brokered))?;
    if args.fail && answer.status >= 400 {
        return Err(
            Problem::new(Code::ProviderRefused, format!("the service answered {}", answer.status)).into()
        );
    }
    let head = if args.include { head_of(&answer) } else { String::new() };
    match &args.output {
        None => {
            let mut stdout = output::Stream::new()?;
            stdout.write(head.as_bytes())?;
            pass_on(&mut answer, |bytes| stdout.write(bytes))
        }
        Some(path) => to_file(path, &head, &mut answer),
    }
}

/// Where data comes from.
enum Source<'a> {
    Stdin,
    File(&'a Path),
}

fn read(source: Source<'_>) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let (name, opened): (String, io::Result<Box<dyn Read>>) = match source {
        Source::Stdin => ("standard input".to_owned(), Ok(Box::new(io::stdin().lock()))),
        Source::File(path) => {
            (path.display().to_string(), File::open(path).map(|file| Box::new(file) as Box<dyn Read>))
        }
    };
    let read = opened.and_then(|reader| reader.take(MAX_BODY + 1).read_to_end(&mut bytes));
    read.map_err(|error| {
        Problem::new(Code::InvalidInput, "the data cannot be read").detail(format!("{name}: {error}"))
    })?;
    Ok(bytes)
}

/// The request as the agent takes it; `read` reads the data that is not in the arguments.
fn brokered(
    args: &Request,
    read: &mut dyn FnMut(Source<'_>) -> Result<Vec<u8>, Problem>,
) -> Result<Brokered, Problem> {
    let mut bytes = |data: &str| match data.strip_prefix('@') {
        None => Ok(data.as_bytes().to_vec()),
        Some("-") => read(Source::Stdin),
        Some(path) => read(Source::File(Path::new(path))),
    };
    let mut defaults = Vec::new();
    let body = if let Some(json) = &args.json_data {
        defaults.extend([("content-type", "application/json"), ("accept", "application/json")]);
        Some(bytes(json)?)
    } else if let Some(data) = &args.data_binary {
        defaults.push(FORM);
        Some(bytes(data)?)
    } else if args.data.is_empty() {
        None
    } else {
        defaults.push(FORM);
        let mut parts = Vec::new();
        for data in &args.data {
            let mut part = bytes(data)?;
            if data.starts_with('@') {
                part.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
            }
            parts.push(part);
        }
        Some(parts.join(&b'&'))
    };
    if body.as_ref().is_some_and(|body| body.len() as u64 > MAX_BODY) {
        return Err(
            Problem::new(Code::InvalidInput, "the data is too long").detail("up to 8 MiB can be sent")
        );
    }
    let given = |name: &str| args.headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name));
    let defaults = defaults.into_iter().filter(|(name, _)| !given(name));
    let field = |name: &str, value: &str| Parameter { name: name.to_owned(), value: value.to_owned() };
    let headers = args
        .headers
        .iter()
        .map(|(name, value)| field(name, value))
        .chain(defaults.map(|(name, value)| field(name, value)))
        .collect();
    let method =
        args.method.clone().unwrap_or_else(|| if body.is_some() { "POST" } else { "GET" }.to_owned());
    Ok(Brokered {
        method,
        url: args.url.clone(),
        headers,
        body_base64: body.map(|body| STANDARD.encode(body)),
    })
}

fn head_of(answer: &BrokeredAnswer) -> String {
    let fields = answer.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
    format!("HTTP/1.1 {}\r\n{}\r\n", answer.status, fields.collect::<String>())
}

/// Writes the answer to a file, and says how far it is where that takes long.
fn to_file(path: &Path, head: &str, answer: &mut BrokeredAnswer) -> Result<(), Stop> {
    let cannot = |error: io::Error| {
        let problem = Problem::new(Code::InvalidInput, "the file cannot be written");
        Stop::Problem(problem.detail(format!("{}: {error}", path.display())))
    };
    let mut file = File::create(path).map_err(cannot)?;
    file.write_all(head.as_bytes()).map_err(cannot)?;
    let began = clock::now_ms();
    let (mut done, mut shown) = (0, began);
    let told = io::stderr().is_terminal();
    let ended = pass_on(answer, |bytes| {
        file.write_all(bytes).map_err(cannot)?;
        done += bytes.len() as u64;
        let now = clock::now_ms();
        if told && now - began > QUIET_MS && now - shown > BETWEEN_MS {
            shown = now;
            messages::progress(&format!("{} written · ctrl-c ends it", words::size(done)));
        }
        Ok(())
    });
    if told {
        messages::end_progress();
    }
    ended
}

/// Reads the answer to its end.
fn pass_on(
    answer: &mut BrokeredAnswer,
    mut write: impl FnMut(&[u8]) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut buffer = vec![0; BUFFER];
    loop {
        match answer.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => write(&buffer[..count])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => {
                return Err(Problem::new(Code::BadAnswer, "the answer broke off")
                    .detail("what was written is not the whole of it")
                    .hint("try again")
                    .into());
            }
        }
    }
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Bytes of a body that the agent takes.
const MAX_BODY: u64 = 8 * 1024 * 1024;

const BUFFER: usize = 64 * 1024;

/// No progress is shown for what is done at once.
const QUIET_MS: i64 = 1000;

const BETWEEN_MS: i64 = 250;

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::{Args, Command};

    #[test]
    fn a_request_is_made_in_the_manner_of_curl() {
        let form = Some("content-type: application/x-www-form-urlencoded");
        type Case =
            (&'static [&'static str], &'static str, Option<&'static str>, Option<&'static str>, &'static str);
        let cases: [Case; 9] = [
            (&[], "GET", None, None, "nothing given"),
            (&["-X", "DELETE"], "DELETE", None, None, "a method"),
            (&["-d", "a=b", "-d", "c=d"], "POST", form, Some("a=b&c=d"), "a form of two parts"),
            (&["-d", "@file"], "POST", form, Some("one=two"), "a file without its line ends"),
            (&["--data-binary", "@file"], "POST", form, Some("one=\ntwo\n"), "a file as it is"),
            (&["-d", "@-"], "POST", form, Some("typed"), "standard input"),
            (
                &["-H", "Content-Type: text/plain", "-d", "a"],
                "POST",
                Some("Content-Type: text/plain"),
                Some("a"),
                "a field of one's own comes in the place of the default",
            ),
            (
                &["--json", "{}"],
                "POST",
                Some("content-type: application/json, accept: application/json"),
                Some("{}"),
                "JSON",
            ),
            (
                &["-X", "PUT", "--json", "@file"],
                "PUT",
                Some("content-type: application/json, accept: application/json"),
                Some("one=\ntwo\n"),
                "JSON from a file, as it is",
            ),
        ];
        for (flags, method, headers, body, why) in cases {
            let made = brokered(&args(flags), &mut |source| {
                Ok(match source {
                    Source::Stdin => b"typed".to_vec(),
                    Source::File(_) => b"one=\ntwo\n".to_vec(),
                })
            })
            .unwrap();

            let fields = made.headers.iter().map(|field| format!("{}: {}", field.name, field.value));
            assert_eq!(made.method, method, "{why}");
            assert_eq!(fields.collect::<Vec<_>>().join(", "), headers.unwrap_or_default(), "{why}");
            assert_eq!(made.body_base64, body.map(|body| STANDARD.encode(body)), "{why}");
            assert_eq!(made.url, "https://a.example/");
        }
    }

    #[test]
    fn data_that_is_too_long_is_not_sent() {
        let made = brokered(&args(&["-d", "@-"]), &mut |_| Ok(vec![b'a'; 8 * 1024 * 1024 + 1]));

        assert_eq!(made.map(drop).map_err(|problem| problem.code), Err(Code::InvalidInput));
    }

    fn args(flags: &[&str]) -> Request {
        let words = ["grantkeep", "request", "a", "https://a.example/"].iter().chain(flags);
        match Args::try_parse_from(words).map(|args| args.command) {
            Ok(Command::Request(request)) => request,
            Ok(_) => panic!("another command"),
            Err(error) => panic!("{error}"),
        }
    }
}
