//! `grantkeep helper …`: tokens for other programs, in their own protocols.
//!
//! A helper that finds a service by a host gives its token to that host only if it is one of the service's own.

mod aws;
mod docker;
mod git;
mod hosts;
mod kubectl;

use crate::args::{Helper, HelperProtocol};
use crate::exit::Stop;

/// Answers one call of git, docker or kubectl, or writes AWS' file.
///
/// # Errors
/// The agent's problem, told in the way of the protocol where it has one.
pub(crate) fn run(args: &Helper) -> Result<(), Stop> {
    match &args.protocol {
        HelperProtocol::Git(args) => git::run(args),
        HelperProtocol::Docker(args) => docker::run(args),
        HelperProtocol::Kubectl(args) => kubectl::run(args),
        HelperProtocol::Aws(args) => aws::run(args),
    }
}

/// How long a token must still be good when it is handed to another program, in seconds.
const MIN_TTL_S: u32 = 60;
