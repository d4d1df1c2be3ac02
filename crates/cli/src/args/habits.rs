//! Flags for what a service asks and answers otherwise than RFC 6749 has it.

use clap::ValueEnum;

/// How a service bends the standard.
#[derive(clap::Args, Default)]
#[command(next_help_heading = "For services that bend the standard")]
pub(crate) struct Habits {
    /// What stands between scopes
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) scope_separator: Option<ScopeSeparator>,
    /// How token requests are written
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) token_format: Option<TokenFormat>,
    /// The service's own name of a parameter, such as client_id=client_key; the name alone takes it away
    #[arg(long, value_name = "NAME=OWN", value_parser = super::definition::parameter)]
    pub(crate) rename: Vec<(String, Option<String>)>,
    /// Header field of the request that exchanges a code, as NAME=VALUE
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::definition::parameter)]
    pub(crate) token_header: Vec<(String, Option<String>)>,
    /// Parameter of the request that exchanges a code
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::definition::parameter)]
    pub(crate) token_param: Vec<(String, Option<String>)>,
    /// Header field of the request that refreshes
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::definition::parameter)]
    pub(crate) refresh_header: Vec<(String, Option<String>)>,
    /// Parameter of the request that refreshes
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::definition::parameter)]
    pub(crate) refresh_param: Vec<(String, Option<String>)>,
    /// Header field of the request that revokes
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::definition::parameter)]
    pub(crate) revocation_header: Vec<(String, Option<String>)>,
    /// Parameter of the request that revokes, beside the one that carries the token
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::definition::parameter)]
    pub(crate) revocation_extra: Vec<(String, Option<String>)>,
    /// Where in the answer a field stands, such as access_token=authed_user.access_token
    #[arg(long, value_name = "FIELD=PATH", value_parser = super::definition::parameter)]
    pub(crate) token_path: Vec<(String, Option<String>)>,
    /// Ask for the scopes at each refresh, too
    #[arg(long, value_name = "YES", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub(crate) refresh_scopes: Option<bool>,
    /// The browser posts the answer as a form
    #[arg(long, value_name = "YES", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub(crate) form_post: Option<bool>,
    /// Each answer names its issuer (RFC 9207); one that does not is refused
    #[arg(long, value_name = "YES", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub(crate) names_issuer: Option<bool>,
    /// Where tokens are refreshed, if not at the token URI; empty takes it away
    #[arg(long, value_name = "URL")]
    pub(crate) refresh_uri: Option<String>,
    /// Write the PKCE challenge in hexadecimal
    #[arg(long, value_name = "YES", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub(crate) hex_challenge: Option<bool>,
    /// Parameter of the redirect that is kept beside the tokens, such as realmId
    #[arg(long, value_name = "NAME")]
    pub(crate) redirect_field: Vec<String>,
    /// Where in the answer the API's address stands, such as instance_url; empty takes it away
    #[arg(long, value_name = "PATH")]
    pub(crate) api_host_field: Option<String>,
    /// Method of the test
    #[arg(long, value_enum, value_name = "METHOD")]
    pub(crate) test_method: Option<TestMethod>,
    /// Header field of the test, as NAME=VALUE; {client_id} is filled in
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::definition::parameter)]
    pub(crate) test_header: Vec<(String, Option<String>)>,
    /// Body of the test, JSON or a form; makes it a POST
    #[arg(long, value_name = "TEXT")]
    pub(crate) test_body: Option<String>,
}

/// `--test-method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestMethod {
    Get,
    Post,
}

/// `--scope-separator`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScopeSeparator {
    Space,
    Comma,
}

/// `--token-format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenFormat {
    /// A form (RFC 6749 §4.1.3)
    Form,
    /// JSON
    Json,
    /// A GET with everything in the query
    Query,
}
