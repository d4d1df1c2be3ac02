//! `grantkeep inspect`: what is inside an account's tokens, and what the provider says of them.

use grantkeep_api::Agent;
use grantkeep_api::views::{ClaimView, InspectionView, IntrospectionView, JwtView, Problem};

use super::consent::{self, Where};
use super::json;
use super::table::{Cell, Look, Table};
use crate::args::Inspect;
use crate::exit::{FAILED, Stop};
use crate::{clock, messages, output, words};

/// Writes what is known about the tokens.
///
/// # Errors
/// The agent's problem; exit code 1 where introspection failed or says that the token is not good.
pub(crate) fn run(args: &Inspect) -> Result<(), Stop> {
    let agent = Agent::connect_or_start()?;
    let inside = consent::asked(&agent, Where::Anywhere, || agent.inspect(&args.id))?;
    let service = agent.service(&args.id.service)?;
    let said = match service.definition.introspection_uri.is_empty() {
        true => None,
        false => Some(consent::asked(&agent, Where::Anywhere, || Ok(agent.introspect(&args.id)))?),
    };
    let (said, problem): (Option<IntrospectionView>, Option<Problem>) = match said {
        Some(Ok(said)) => (Some(said), None),
        Some(Err(problem)) => (None, Some(problem)),
        None => (None, None),
    };
    if args.json {
        json::write(&json::inspection(&inside, said.as_ref(), problem.as_ref()))?;
    } else {
        output::write(&text(&inside, said.as_ref(), clock::now_ms(), Look::of_output()))?;
        if let Some(problem) = &problem {
            messages::problem(problem, false);
        }
    }
    let is_good = problem.is_none() && said.is_none_or(|said| said.active);
    if is_good { Ok(()) } else { Err(Stop::Told(FAILED)) }
}

fn text(inside: &InspectionView, said: Option<&IntrospectionView>, now_ms: i64, look: Look) -> String {
    let mut parts = Vec::new();
    match &inside.access_token {
        Some(jwt) => parts.push(jwt_text("access token", jwt, now_ms, look)),
        None => parts.push("access token: opaque, only the provider can read it\n".to_owned()),
    }
    if let Some(jwt) = &inside.id_token {
        parts.push(jwt_text("ID token", jwt, now_ms, look));
    }
    if let Some(said) = said {
        let word = if said.active { "active" } else { "not active" };
        let mut part = format!("introspection: {word}, in {} ms\n", said.took_ms);
        part.push_str(&claims_text(&said.claims, now_ms, look));
        parts.push(part);
    }
    parts.join("\n")
}

fn jwt_text(what: &str, jwt: &JwtView, now_ms: i64, look: Look) -> String {
    let word = if jwt.verified { "verified" } else { "unverified" };
    let mut text = format!("{what}: JWT, {word}\n{}\n", words::plain(&jwt.signature));
    let all: Vec<ClaimView> = jwt.header.iter().chain(&jwt.claims).cloned().collect();
    text.push_str(&claims_text(&all, now_ms, look));
    text
}

fn claims_text(claims: &[ClaimView], now_ms: i64, look: Look) -> String {
    if claims.is_empty() {
        return String::new();
    }
    let mut table = Table::new(["CLAIM", "MEANING", "VALUE"]);
    for claim in claims {
        let value = claim.at_ms.map_or_else(|| claim.value.clone(), |at_ms| instant(at_ms, now_ms));
        table.row([
            Cell::plain(words::plain(&claim.name)),
            Cell::plain(claim.meaning.clone().unwrap_or_default()),
            Cell::plain(words::plain(&value)),
        ]);
    }
    table.text(look)
}

/// A time with how far it is from now.
fn instant(at_ms: i64, now_ms: i64) -> String {
    let away = match at_ms - now_ms {
        left if left > 0 => format!("in {}", words::span(left)),
        left => format!("{} ago", words::span(-left)),
    };
    format!("{} ({away})", clock::rfc3339(at_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(name: &str, meaning: Option<&str>, value: &str, at_ms: Option<i64>) -> ClaimView {
        ClaimView { name: name.into(), meaning: meaning.map(str::to_owned), value: value.into(), at_ms }
    }

    #[test]
    fn claims_that_nobody_vouches_for_are_called_unverified() {
        let jwt = JwtView {
            header: vec![claim("alg", Some("Signed with"), "none", None)],
            claims: vec![
                claim("sub", Some("Whose it is"), "7\u{1b}[31m", None),
                claim("exp", Some("Ends"), "60", Some(60_000)),
            ],
            ends_at_ms: Some(60_000),
            verified: false,
            signature: "It is not signed at all.".into(),
        };
        let inside = InspectionView { at_ms: 0, access_token: None, id_token: Some(jwt), keys_uri: None };
        let said = IntrospectionView {
            at_ms: 0,
            took_ms: 7,
            active: false,
            scopes: None,
            whose: None,
            ends_at_ms: None,
            claims: Vec::new(),
        };

        let text = text(&inside, Some(&said), 0, Look { width: None, colour: false });

        assert_eq!(
            text,
            "access token: opaque, only the provider can read it\n\n\
             ID token: JWT, unverified\nIt is not signed at all.\n\
             CLAIM  MEANING      VALUE\n\
             alg    Signed with  none\n\
             sub    Whose it is  7[31m\n\
             exp    Ends         1970-01-01T00:01:00Z (in 1 min)\n\n\
             introspection: not active, in 7 ms\n"
        );
    }
}
