//! What Microsoft, Google, GitHub and Facebook say in their own words.

use super::KnownError;
use crate::model::FailureKind;
use crate::model::Remedy::{Again, Authorize, Console, Docs, Edit, Otherwise, Redirect};

pub(super) const ERRORS: &[KnownError] = &[
    microsoft(
        "aadsts50011",
        "{title} has another redirect URI registered",
        "The one that was sent is none of the application's, letter by letter and per platform.",
        "Add it at the application's page, under Authentication, as a platform for mobile and desktop applications.",
        &[Redirect, Console, Edit("redirect_method")],
    ),
    microsoft(
        "aadsts7000215",
        "{title} refused the client secret",
        "It is not the secret's value: the page shows an ID beside it, which looks like one. The grant is kept.",
        "Copy the value (it is shown only when the secret is made) and enter it here.",
        &[Edit("client_secret"), Console],
    )
    .kind(FailureKind::ClientRefused),
    microsoft(
        "aadsts7000222",
        "{title} says that the client secret has run out",
        "Secrets there end after 24 months at most. The grant is kept and works again with a new one.",
        "Make a new secret at the application's page and enter it here.",
        &[Console, Edit("client_secret")],
    )
    .kind(FailureKind::ClientRefused),
    microsoft(
        "aadsts7000218",
        "{title} wants a client secret",
        "The application is registered as a web application, and public clients are not allowed for it.",
        "Enter its secret here, or allow public client flows at its page, under Authentication.",
        &[Edit("client_secret"), Console, Otherwise],
    )
    .kind(FailureKind::ClientRefused),
    microsoft(
        "aadsts700025",
        "{title} wants no client secret",
        "The application is a public client, and those have none.",
        "Remove the client secret of the service, and choose no client authentication.",
        &[Edit("client_secret"), Console],
    )
    .kind(FailureKind::ClientRefused),
    microsoft(
        "aadsts700016",
        "{title} does not know this client",
        "There is no application of this client ID in that tenant.",
        "Compare the client ID, and the tenant in the Authorize and Access token URI, with the application's page.",
        &[Edit("client_id"), Edit("authorize_uri"), Console],
    )
    .kind(FailureKind::ClientRefused),
    microsoft(
        "aadsts9002327",
        "{title} gives tokens of this client to web pages alone",
        "The redirect URI is registered for the platform single-page application.",
        "Register it for mobile and desktop applications in place of that.",
        &[Console, Redirect],
    )
    .kind(FailureKind::ClientRefused),
    microsoft(
        "aadsts50194",
        "{title} wants its tenant named",
        "The application serves one tenant only, and the addresses say common.",
        "Put the tenant into the Authorize and Access token URI.",
        &[Edit("authorize_uri"), Edit("token_uri"), Console],
    ),
    microsoft(
        "aadsts90002",
        "{title} does not know this tenant",
        "The tenant in the addresses is misspelled, or has no subscription.",
        "Correct it in the Authorize and Access token URI.",
        &[Edit("authorize_uri"), Edit("token_uri")],
    ),
    microsoft(
        "aadsts50020",
        "{title} does not know your account in this tenant",
        "It belongs to another tenant, or is a personal one.",
        "Authorize with an account of the tenant, or put common in the place of the tenant.",
        &[Authorize, Edit("authorize_uri")],
    ),
    microsoft(
        "aadsts65001",
        "{title} wants your consent",
        "You or your administrator have not agreed to these scopes, or took that back.",
        "Authorize again and agree; some scopes need an administrator.",
        &[Authorize, Console],
    ),
    microsoft(
        "aadsts65004",
        "You refused at {title}",
        "Nothing was stored.",
        "Authorize again if that was a mistake.",
        &[Authorize],
    )
    .kind(FailureKind::ConsentRefused),
    microsoft(
        "aadsts90094",
        "{title} wants an administrator to agree",
        "One of the scopes is given by administrators alone.",
        "Ask an administrator of the tenant, or leave the scope out.",
        &[Edit("scopes"), Console, Authorize],
    ),
    microsoft(
        "aadsts50105",
        "{title} does not let your account use this application",
        "It is limited to people whom an administrator assigned to it.",
        "Ask an administrator of the tenant to assign you, and authorize again.",
        &[Authorize, Console],
    ),
    microsoft(
        "aadsts53003",
        "{title} blocks this by a rule of your organisation",
        "Conditional access allows tokens only for devices or places that it knows.",
        "Ask an administrator, or authorize on a device that your organisation knows.",
        &[Authorize],
    ),
    microsoft(
        "aadsts50076",
        "{title} wants a second factor",
        "A rule of your organisation, or another place than usual, makes it ask.",
        "Reauthorize, and give it there.",
        &[Authorize],
    ),
    microsoft(
        "aadsts50079",
        "{title} wants you to set up a second factor",
        "A rule of your organisation makes it ask.",
        "Reauthorize, and set it up there.",
        &[Authorize],
    ),
    microsoft(
        "aadsts50173",
        "{title} needs you to reauthorize",
        "Your password was changed or your sessions were ended, which ends refresh tokens, too.",
        "Reauthorize.",
        &[Authorize],
    ),
    microsoft(
        "aadsts700082",
        "{title} needs you to reauthorize",
        "The refresh token was not used for 90 days, so it ended.",
        "Reauthorize.",
        &[Authorize],
    ),
    microsoft(
        "aadsts54005",
        "{title} did not take the code",
        "It was used already. Nothing that was stored is lost.",
        "Authorize again.",
        &[Authorize],
    ),
    microsoft(
        "aadsts70011",
        "{title} does not know a scope",
        "One is misspelled, or scopes of two resources stand side by side.",
        "Edit the scopes: those of one resource, with its address in front, and offline_access.",
        &[Edit("scopes"), Docs],
    )
    .kind(FailureKind::InvalidScope),
    google(
        "org_internal",
        "{title} lets only its own organisation use this client",
        "Its user type is Internal, and your account is outside.",
        "Authorize with an account of the organisation, or make the user type External at the client's page.",
        &[Authorize, Console],
    ),
    google(
        "admin_policy_enforced",
        "{title} is blocked by your organisation",
        "The administrator of your Workspace allows these scopes only for programs on a list.",
        "Ask the administrator to trust the client ID, or authorize with another account.",
        &[Authorize, Edit("scopes")],
    ),
    google(
        "deleted_client",
        "{title} says that the client was deleted",
        "There is no such client any more.",
        "Restore it at its page within 30 days, or register a new one and enter it here.",
        &[Console, Edit("client_id")],
    )
    .kind(FailureKind::ClientRefused),
    google(
        "disallowed_useragent",
        "{title} does not like this browser",
        "It opens no login page inside of other programs.",
        "Open the link in your usual browser: copy it from here.",
        &[Again],
    ),
    google(
        "invalid_client",
        "{title} does not know this client",
        "There is no client of this ID: it may have been copied with a space, or be another project's.",
        "Copy the client ID again from its page.",
        &[Edit("client_id"), Console],
    )
    .says("oauth client was not found"),
    google(
        "invalid_grant",
        "{title} needs you to reauthorize",
        "The refresh token ran out or was taken back. While the project is in testing, each ends after 7 days.",
        "Reauthorize; publish the project at its page to keep grants for longer.",
        &[Authorize, Console],
    )
    .says("token has been expired or revoked"),
    google(
        "invalid_grant",
        "{title} wants you to log in again",
        "Your organisation ends sessions after some hours, and grants with them.",
        "Reauthorize.",
        &[Authorize],
    )
    .says("invalid_rapt"),
    google(
        "access_denied",
        "{title} lets only test users use this client",
        "The project is in testing, and your account is not on its list.",
        "Add your address to the test users at the project's page, and authorize again.",
        &[Console, Authorize],
    )
    .says("verification process"),
    github(
        "bad_verification_code",
        "{title} did not take the code",
        "It is older than 10 minutes, or was used already.",
        "Authorize again.",
        &[Authorize],
    ),
    github(
        "incorrect_client_credentials",
        "{title} refused the client",
        "Client ID and client secret do not belong together, or were copied without their last characters.",
        "Copy both again from the app's page; GitHub shows a secret only once, so make a new one.",
        &[Edit("client_secret"), Console, Otherwise],
    )
    .kind(FailureKind::ClientRefused),
    github(
        "redirect_uri_mismatch",
        "{title} has another callback URL registered",
        "Host and port have to be the same, and the path at or below the registered one; on 127.0.0.1 the port may differ.",
        "Copy the redirect URI and register it at the app's page.",
        &[Redirect, Console],
    )
    .only(&["github"]),
    github(
        "bad_refresh_token",
        "{title} needs you to reauthorize",
        "The refresh token was used already, ran out after 6 months, or was taken back.",
        "Reauthorize.",
        &[Authorize],
    ),
    github(
        "application_suspended",
        "{title} has suspended this client",
        "GitHub stopped the app, and says so to its owner.",
        "Look at the app's page, or ask GitHub's support.",
        &[Console],
    )
    .kind(FailureKind::ClientRefused),
    github(
        "unverified_user_email",
        "{title} wants your address verified",
        "It gives no tokens to accounts whose main e-mail address is not.",
        "Verify it at GitHub, and authorize again.",
        &[Authorize],
    ),
    github(
        "device_flow_disabled",
        "{title} gives this client no device codes",
        "The device flow is off for the app.",
        "Turn it on at the app's page.",
        &[Console],
    ),
    facebook(
        "validating client secret",
        "{title} refused the client secret",
        "It is not the app's. The grant is kept.",
        "Copy it again from the app's settings.",
        &[Edit("client_secret"), Console],
    )
    .kind(FailureKind::ClientRefused),
    facebook(
        "validating application",
        "{title} does not know this client",
        "There is no app of this client ID.",
        "Copy the app ID again from the app's settings.",
        &[Edit("client_id"), Console],
    )
    .kind(FailureKind::ClientRefused),
    facebook(
        "redirect_uri",
        "{title} has another redirect URI registered",
        "It compares the whole address, the slash at the end included.",
        "Copy the redirect URI and add it to the valid OAuth redirect URIs of the app.",
        &[Redirect, Console],
    ),
    facebook(
        "has been used",
        "{title} did not take the code",
        "It was used already. Nothing that was stored is lost.",
        "Authorize again.",
        &[Authorize],
    ),
    facebook(
        "session has",
        "{title} needs you to reauthorize",
        "Its token ran out, or your password was changed.",
        "Reauthorize.",
        &[Authorize],
    ),
    facebook(
        "has not authorized application",
        "{title} needs you to reauthorize",
        "You took the app's access back there.",
        "Reauthorize.",
        &[Authorize],
    ),
];

const fn microsoft(
    number: &'static str,
    title: &'static str,
    meaning: &'static str,
    todo: &'static str,
    actions: &'static [super::Remedy],
) -> KnownError {
    KnownError::new("Microsoft", "", title, meaning, todo, actions).says(number)
}

const fn google(
    code: &'static str,
    title: &'static str,
    meaning: &'static str,
    todo: &'static str,
    actions: &'static [super::Remedy],
) -> KnownError {
    KnownError::new("Google", code, title, meaning, todo, actions)
}

const fn github(
    code: &'static str,
    title: &'static str,
    meaning: &'static str,
    todo: &'static str,
    actions: &'static [super::Remedy],
) -> KnownError {
    KnownError::new("GitHub", code, title, meaning, todo, actions)
}

const fn facebook(
    says: &'static str,
    title: &'static str,
    meaning: &'static str,
    todo: &'static str,
    actions: &'static [super::Remedy],
) -> KnownError {
    KnownError::new("Facebook, Instagram", "OAuthException", title, meaning, todo, actions).says(says)
}
