//! `grantkeep test`: tries an account's token at the Test URI.

use grantkeep_api::Agent;
use grantkeep_api::views::TestView;

use super::consent::{self, Where};
use super::json;
use crate::args::Test;
use crate::exit::{FAILED, Stop};
use crate::{messages, output, words};

/// Writes what the Test URI answered.
///
/// # Errors
/// The agent's problem; exit code 1 where the answer is 400 or above.
pub(crate) fn run(args: &Test) -> Result<(), Stop> {
    let agent = Agent::connect_or_start()?;
    let tested = consent::asked(&agent, Where::Anywhere, || agent.test(&args.id))?;
    if args.json {
        json::write(&json::test(&tested))?;
    } else {
        output::write(&text(&tested))?;
    }
    if tested.status < 400 {
        return Ok(());
    }
    if tested.status == 401 && !args.json {
        messages::say(&format!("hint: run grantkeep refresh {}, or authorize it again", args.id));
    }
    Err(Stop::Told(FAILED))
}

fn text(tested: &TestView) -> String {
    let mut text = format!(
        "{}\n{} {} in {} ms\n",
        words::plain(&tested.request),
        tested.status,
        words::plain(&tested.reason),
        tested.took_ms
    );
    for header in &tested.headers {
        text.push_str(&format!("{}: {}\n", words::plain(&header.name), words::plain(&header.value)));
    }
    if !tested.body.is_empty() {
        text.push('\n');
        for line in tested.body.lines() {
            text.push_str(&words::plain(&line.replace('\t', "    ")));
            text.push('\n');
        }
    }
    if tested.truncated {
        text.push_str("…\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use grantkeep_api::views::Parameter;

    use super::*;

    #[test]
    fn an_answer_is_shown_and_plays_no_tricks() {
        let tested = TestView {
            status: 200,
            reason: "OK".to_owned(),
            took_ms: 12,
            request: "GET https://a.example/me".to_owned(),
            headers: vec![Parameter {
                name: "content-type".to_owned(),
                value: "text/plain\x1b[31m".to_owned(),
            }],
            body: "a\n\tb\x07".to_owned(),
            is_json: false,
            truncated: true,
            at_ms: 0,
        };

        assert_eq!(
            text(&tested),
            "GET https://a.example/me\n200 OK in 12 ms\ncontent-type: text/plain[31m\n\na\n    b\n…\n"
        );
    }
}
