//! A service's form: the keeper's draft and the view of it, in both directions.

use grantkeep_api::views;
use grantkeep_core::model::{self, Draft};

/// Makes a function each way between an enum of the core and the view of the same variants.
macro_rules! both_ways {
    ($($to_view:ident, $to_core:ident: $name:ident { $($variant:ident),* $(,)? })*) => {$(
        pub(super) fn $to_view(value: model::$name) -> views::$name {
            match value { $(model::$name::$variant => views::$name::$variant),* }
        }

        pub(super) fn $to_core(value: views::$name) -> model::$name {
            match value { $(views::$name::$variant => model::$name::$variant),* }
        }
    )*};
}

both_ways! {
    authentication_view, authentication: ClientAuthentication { Basic, BasicRaw, Post, None }
    redirect_method_view, redirect_method: RedirectMethod { Loopback, LoopbackFixed, Scheme, Paste }
    host_view, host: LoopbackHost { Ipv4, Localhost, Ipv6 }
    revoke_previous_view, revoke_previous: RevokePrevious { Never, After, Before }
    method_view, method: RevocationMethod { Get, Post, Delete }
    body_view, body: RevocationBody { Form, Json, Empty }
    auth_view, auth: RevocationAuth { Client, ClientBody, Bearer, None }
    separator_view, separator: ScopeSeparator { Space, Comma }
    format_view, format: TokenFormat { Form, Json, Query }
    test_method_view, test_method: TestMethod { Get, Post }
}

pub(super) fn parameters_view(lines: Vec<model::Parameter>) -> Vec<views::Parameter> {
    lines.into_iter().map(|line| views::Parameter { name: line.name, value: line.value }).collect()
}

fn parameters(lines: Vec<views::Parameter>) -> Vec<model::Parameter> {
    lines.into_iter().map(|line| model::Parameter { name: line.name, value: line.value }).collect()
}

fn extras_view(extras: model::Extras) -> views::Extras {
    views::Extras { headers: parameters_view(extras.headers), parameters: parameters_view(extras.parameters) }
}

fn extras(extras: views::Extras) -> model::Extras {
    model::Extras { headers: parameters(extras.headers), parameters: parameters(extras.parameters) }
}

fn habits_view(habits: model::Habits) -> views::Habits {
    views::Habits {
        scope_separator: separator_view(habits.scope_separator),
        token_format: format_view(habits.token_format),
        names: parameters_view(habits.names),
        token: extras_view(habits.token),
        refresh: extras_view(habits.refresh),
        revocation: extras_view(habits.revocation),
        refresh_scopes: habits.refresh_scopes,
        token_paths: parameters_view(habits.token_paths),
        form_post: habits.form_post,
        names_issuer: habits.names_issuer,
        refresh_uri: habits.refresh_uri,
        hex_challenge: habits.hex_challenge,
        redirect_fields: habits.redirect_fields,
        api_host_field: habits.api_host_field,
        test: views::TestRequest {
            method: test_method_view(habits.test.method),
            headers: parameters_view(habits.test.headers),
            body: habits.test.body,
        },
    }
}

fn habits(habits: views::Habits) -> model::Habits {
    model::Habits {
        scope_separator: separator(habits.scope_separator),
        token_format: format(habits.token_format),
        names: parameters(habits.names),
        token: extras(habits.token),
        refresh: extras(habits.refresh),
        revocation: extras(habits.revocation),
        refresh_scopes: habits.refresh_scopes,
        token_paths: parameters(habits.token_paths),
        form_post: habits.form_post,
        names_issuer: habits.names_issuer,
        refresh_uri: habits.refresh_uri,
        hex_challenge: habits.hex_challenge,
        redirect_fields: habits.redirect_fields,
        api_host_field: habits.api_host_field,
        test: model::TestRequest {
            method: test_method(habits.test.method),
            headers: parameters(habits.test.headers),
            body: habits.test.body,
        },
    }
}

/// The draft as front ends see it.
pub(super) fn to_view(draft: Draft) -> views::ServiceDraft {
    views::ServiceDraft {
        title: draft.title,
        provider: draft.provider,
        client_id: draft.client_id,
        client_authentication: authentication_view(draft.client_authentication),
        authorize_uri: draft.authorize_uri,
        token_uri: draft.token_uri,
        test_uri: draft.test_uri,
        introspection_uri: draft.introspection_uri,
        issuer: draft.issuer,
        scopes: draft.scopes,
        redirect_method: redirect_method_view(draft.redirect_method),
        redirect_host: host_view(draft.redirect_host),
        redirect_port: draft.redirect_port,
        redirect_path: draft.redirect_path,
        redirect_uri: draft.redirect_uri,
        authorize_parameters: parameters_view(draft.authorize_parameters),
        revocation: revocation_view(draft.revocation),
        revoke_previous: revoke_previous_view(draft.revoke_previous),
        link_timeout_s: draft.link_timeout_s,
        pkce: draft.pkce,
        request_hosts: draft.request_hosts,
        habits: habits_view(draft.habits),
        variables: parameters_view(draft.variables),
    }
}

/// The draft as the keeper reads it.
pub(super) fn to_core(draft: views::ServiceDraft) -> Draft {
    Draft {
        title: draft.title,
        provider: draft.provider,
        client_id: draft.client_id,
        client_authentication: authentication(draft.client_authentication),
        authorize_uri: draft.authorize_uri,
        token_uri: draft.token_uri,
        test_uri: draft.test_uri,
        introspection_uri: draft.introspection_uri,
        issuer: draft.issuer,
        scopes: draft.scopes,
        redirect_method: redirect_method(draft.redirect_method),
        redirect_host: host(draft.redirect_host),
        redirect_port: draft.redirect_port,
        redirect_path: draft.redirect_path,
        redirect_uri: draft.redirect_uri,
        authorize_parameters: parameters(draft.authorize_parameters),
        revocation: revocation(draft.revocation),
        revoke_previous: revoke_previous(draft.revoke_previous),
        link_timeout_s: draft.link_timeout_s,
        pkce: draft.pkce,
        request_hosts: draft.request_hosts,
        habits: habits(draft.habits),
        variables: parameters(draft.variables),
    }
}

fn revocation_view(recipe: model::RevocationDraft) -> views::Revocation {
    match recipe {
        model::RevocationDraft::None => views::Revocation::None,
        model::RevocationDraft::Rfc7009 { url } => views::Revocation::Rfc7009 { url },
        model::RevocationDraft::Custom { method, url, parameter, body, auth } => views::Revocation::Custom {
            method: method_view(method),
            url,
            parameter,
            body: body_view(body),
            auth: auth_view(auth),
        },
        model::RevocationDraft::ByHand { page } => views::Revocation::ByHand { page },
    }
}

fn revocation(recipe: views::Revocation) -> model::RevocationDraft {
    match recipe {
        views::Revocation::None => model::RevocationDraft::None,
        views::Revocation::Rfc7009 { url } => model::RevocationDraft::Rfc7009 { url },
        views::Revocation::Custom { method: by, url, parameter, body: carries, auth: who } => {
            model::RevocationDraft::Custom {
                method: method(by),
                url,
                parameter,
                body: body(carries),
                auth: auth(who),
            }
        }
        views::Revocation::ByHand { page } => model::RevocationDraft::ByHand { page },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_form_is_the_same_for_front_ends() {
        assert_eq!(to_view(Draft::default()), views::ServiceDraft::default());
    }

    #[test]
    fn a_draft_comes_back_as_it_went() {
        let custom = model::RevocationDraft::Custom {
            method: model::RevocationMethod::Delete,
            url: "https://a.example/{token}".into(),
            parameter: "t".into(),
            body: model::RevocationBody::Json,
            auth: model::RevocationAuth::Bearer,
        };
        let recipes = [
            model::RevocationDraft::None,
            model::RevocationDraft::Rfc7009 { url: "https://a.example/revoke".into() },
            custom,
            model::RevocationDraft::ByHand { page: "https://a.example/apps".into() },
        ];
        for revocation in recipes {
            let draft = Draft {
                title: "A".into(),
                provider: Some("google".into()),
                client_id: "b".into(),
                redirect_method: model::RedirectMethod::LoopbackFixed,
                redirect_host: model::LoopbackHost::Localhost,
                redirect_port: "8765".into(),
                redirect_path: "/p".into(),
                redirect_uri: "https://c.example".into(),
                authorize_parameters: vec![model::Parameter { name: "d".into(), value: "e".into() }],
                revocation,
                revoke_previous: model::RevokePrevious::Before,
                link_timeout_s: 77,
                pkce: false,
                request_hosts: "https://d.example".into(),
                ..Draft::default()
            };

            let view = to_view(draft.clone());

            assert_eq!(
                serde_json::to_value(&view).unwrap(),
                serde_json::to_value(&draft).unwrap(),
                "both are written alike"
            );
            assert_eq!(to_core(view), draft);
        }
    }
}
