//! What further providers say in their own words.

use super::KnownError;
use crate::model::FailureKind;
use crate::model::Remedy::{Again, Authorize, Console, Docs, Edit, Otherwise, Redirect};

pub(super) const ERRORS: &[KnownError] = &[
    KnownError::new(
        "Slack",
        "invalid_client_id",
        "{title} does not know this client",
        "There is no app of this client ID.",
        "Copy the client ID again from the app's page; it has a dot in it.",
        &[Edit("client_id"), Console],
    )
    .kind(FailureKind::ClientRefused),
    KnownError::new(
        "Slack",
        "bad_client_secret",
        "{title} refused the client secret",
        "It is not the app's. The grant is kept.",
        "Copy it again from the app's page.",
        &[Edit("client_secret"), Console, Otherwise],
    )
    .kind(FailureKind::ClientRefused),
    KnownError::new(
        "Slack",
        "bad_redirect_uri",
        "{title} has another redirect URI registered",
        "The one that was sent does not begin with a registered one; Slack takes https alone.",
        "Copy the redirect URI and add it at the app's page, under OAuth & Permissions.",
        &[Redirect, Console, Edit("redirect_method")],
    ),
    KnownError::new(
        "Slack",
        "code_already_used",
        "{title} did not take the code",
        "It was used already. Nothing that was stored is lost.",
        "Authorize again.",
        &[Authorize],
    ),
    KnownError::new(
        "Slack, Zoho",
        "invalid_code",
        "{title} did not take the code",
        "It ran out, was used already, or belongs to another data centre. Nothing that was stored is lost.",
        "Authorize again.",
        &[Authorize],
    )
    .at(FailureKind::Refused),
    KnownError::new(
        "Slack",
        "invalid_refresh_token",
        "{title} needs you to reauthorize",
        "The refresh token was used already or taken back.",
        "Reauthorize.",
        &[Authorize],
    ),
    KnownError::new(
        "Slack",
        "token_revoked",
        "{title} needs you to reauthorize",
        "The token was taken back, or the app was removed from the workspace.",
        "Reauthorize.",
        &[Authorize],
    ),
    KnownError::new(
        "Slack",
        "account_inactive",
        "{title} no longer knows your account",
        "It was deactivated in the workspace.",
        "Authorize with another account.",
        &[Authorize],
    ),
    KnownError::new(
        "Slack",
        "oauth_authorization_url_mismatch",
        "{title} wants the address of version 2",
        "The Authorize URI and the Access token URI are of different versions.",
        "Use /oauth/v2/authorize and /api/oauth.v2.access.",
        &[Edit("authorize_uri"), Edit("token_uri")],
    ),
    KnownError::new(
        "Slack",
        "invalid_team_for_non_distributed_app",
        "{title} lets only the app's own workspace use it",
        "The app is not distributed.",
        "Choose the app's own workspace, or distribute the app at its page.",
        &[Authorize, Console],
    ),
    KnownError::new(
        "Zoho",
        "invalid_client_secret",
        "{title} refused the client secret",
        "It is not the client's, or the client was registered in another data centre. The grant is kept.",
        "Copy it again, and compare the data centre in the addresses.",
        &[Edit("client_secret"), Edit("token_uri"), Console],
    )
    .kind(FailureKind::ClientRefused),
    KnownError::new(
        "Salesforce",
        "invalid_grant",
        "{title} does not let you in from here",
        "The organisation allows logins from some addresses or at some hours only.",
        "Ask an administrator to relax IP restrictions for the connected app.",
        &[Authorize, Console],
    )
    .says("ip restricted"),
    KnownError::new(
        "Salesforce",
        "invalid_app_access",
        "{title} does not let your account use this app",
        "An administrator has to allow it to your profile.",
        "Ask an administrator of the organisation, and authorize again.",
        &[Authorize, Console],
    ),
    KnownError::new(
        "Salesforce",
        "inactive_user",
        "{title} has deactivated your account",
        "It gives no tokens to it.",
        "Ask an administrator of the organisation, or authorize with another account.",
        &[Authorize],
    ),
    KnownError::new(
        "Salesforce",
        "OAUTH_APP_BLOCKED",
        "{title} blocks this client",
        "An administrator of the organisation does.",
        "Ask the administrator to unblock the connected app.",
        &[Console],
    )
    .kind(FailureKind::ClientRefused),
    KnownError::new(
        "Salesforce",
        "rate_limit_exceeded",
        "{title} was asked too often",
        "That passes. Nothing is lost.",
        "Wait a while, and try again.",
        &[Again],
    ),
    KnownError::new(
        "Shopify",
        "application_cannot_be_found",
        "{title} does not know this client",
        "There is no app of this client ID, or it is not installed in the shop.",
        "Copy the client ID again from the app's page.",
        &[Edit("client_id"), Console],
    )
    .kind(FailureKind::ClientRefused),
    KnownError::new(
        "Shopify",
        "invalid_request",
        "{title} has another redirect URL registered",
        "The one that was sent is none of the app's allowed redirection URLs.",
        "Copy the redirect URI and add it at the app's page.",
        &[Redirect, Console],
    )
    .says("redirect_uri is not whitelisted"),
    KnownError::new(
        "TikTok",
        "invalid_client",
        "{title} refused the client",
        "Client key and client secret do not belong together. The grant is kept.",
        "Copy both again from the app's page.",
        &[Edit("client_secret"), Edit("client_id"), Console],
    )
    .says("client key"),
    KnownError::new(
        "TikTok",
        "scope_not_authorized",
        "{title} wants a scope that was not granted",
        "The app's products or your consent do not have it.",
        "Add it at the app's page and here, and reauthorize.",
        &[Edit("scopes"), Console, Authorize],
    ),
    KnownError::new(
        "Zoom",
        "invalid_client",
        "{title} refused the client",
        "Client ID and client secret do not belong together, or are the development pair. The grant is kept.",
        "Copy both again from the app's page, from the same tab.",
        &[Edit("client_secret"), Console, Otherwise],
    )
    .says("invalid client_id or client_secret"),
    KnownError::new(
        "Zoom",
        "invalid_request",
        "{title} did not take the code",
        "It ran out or was used already. Nothing that was stored is lost.",
        "Authorize again.",
        &[Authorize],
    )
    .says("invalid authorization code"),
    KnownError::new(
        "Zoom",
        "",
        "{title} has another redirect URL registered",
        "The one that was sent is not on the app's allow list.",
        "Copy the redirect URI and add it at the app's page, as redirect URL and to the allow list.",
        &[Redirect, Console],
    )
    .says("invalid redirect url (4,700)"),
    KnownError::new(
        "Atlassian",
        "unauthorized_client",
        "{title} needs you to reauthorize",
        "The refresh token ran out (90 days without use), was used already, or taken back.",
        "Reauthorize.",
        &[Authorize],
    )
    .says("refresh_token is invalid"),
    KnownError::new(
        "LinkedIn",
        "user_cancelled_login",
        "You cancelled at {title}",
        "Nothing was stored.",
        "Authorize again if that was a mistake.",
        &[Authorize],
    ),
    KnownError::new(
        "LinkedIn",
        "user_cancelled_authorize",
        "You refused at {title}",
        "Nothing was stored.",
        "Authorize again if that was a mistake.",
        &[Authorize],
    ),
    KnownError::new(
        "LinkedIn",
        "unauthorized_scope_error",
        "{title} does not give this client a scope",
        "Each scope belongs to a product that the app has to ask for.",
        "Add the product at the app's page, or leave the scope out.",
        &[Console, Edit("scopes")],
    )
    .kind(FailureKind::InvalidScope),
    KnownError::new(
        "X",
        "unauthorized_client",
        "{title} wants the client secret in the header",
        "The app is a confidential client, whose ID and secret go into an Authorization header. The grant is kept.",
        "Send the client secret as Basic.",
        &[Otherwise, Edit("client_secret"), Console],
    )
    .says("missing valid authorization header"),
    KnownError::new(
        "X",
        "invalid_request",
        "{title} needs you to reauthorize",
        "The refresh token was used already or taken back.",
        "Reauthorize.",
        &[Authorize],
    )
    .says("value passed for the token was invalid"),
    KnownError::new(
        "Twitch",
        "redirect_mismatch",
        "{title} has another redirect URL registered",
        "The one that was sent has to be the same, letter by letter.",
        "Copy the redirect URI and register it at the app's page.",
        &[Redirect, Console],
    ),
    KnownError::new(
        "Spotify",
        "",
        "{title} has another redirect URI registered",
        "The one that was sent has to be the same; it takes http for 127.0.0.1 alone, and no localhost.",
        "Copy the redirect URI and register it at the app's page.",
        &[Redirect, Console, Edit("redirect_host")],
    )
    .says("invalid_client: invalid redirect uri"),
    KnownError::new(
        "Auth0",
        "access_denied",
        "{title} refused the client secret",
        "It is not the application's. The grant is kept.",
        "Copy it again from the application's settings, or try another client authentication.",
        &[Edit("client_secret"), Console, Otherwise],
    )
    .says("unauthorized")
    .only(&["auth0"])
    .kind(FailureKind::ClientRefused),
    KnownError::new(
        "Auth0",
        "",
        "{title} has another callback URL registered",
        "The one that was sent is none of the application's allowed ones.",
        "Copy the redirect URI and add it to the allowed callback URLs.",
        &[Redirect, Console],
    )
    .says("callback url mismatch"),
    KnownError::new(
        "Keycloak",
        "unauthorized_client",
        "{title} refused the client secret",
        "The client ID or the secret is another one. The grant is kept.",
        "Copy the secret again from the client's credentials, or try another client authentication.",
        &[Edit("client_secret"), Console, Otherwise],
    )
    .says("invalid client credentials"),
    KnownError::new(
        "Keycloak",
        "invalid_grant",
        "{title} needs you to reauthorize",
        "Your session there ended, and the refresh token with it; the scope offline_access outlives sessions.",
        "Reauthorize; add offline_access to the scopes to keep grants for longer.",
        &[Authorize, Edit("scopes")],
    )
    .says("session not active"),
    KnownError::new(
        "Discord",
        "",
        "{title} has another redirect URI registered",
        "The one that was sent has to be the same, letter by letter.",
        "Copy the redirect URI and add it at the application's page.",
        &[Redirect, Console, Docs],
    )
    .says("invalid oauth2 redirect_uri"),
];
