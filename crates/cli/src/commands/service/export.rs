//! `grantkeep service export`: definitions without secrets (R-ST-08).

use grantkeep_api::Agent;

use super::file;
use crate::args::ServiceExport;
use crate::exit::Stop;
use crate::output;

/// Writes the definitions of the named services, or of all.
///
/// # Errors
/// The agent's problem; no such service.
pub(super) fn run(args: &ServiceExport) -> Result<(), Stop> {
    let agent = Agent::connect_or_start()?;
    super::super::settled(&agent)?;
    let services = if args.names.is_empty() {
        agent.services()?
    } else {
        args.names.iter().map(|name| agent.service(name)).collect::<Result<_, _>>()?
    };
    output::write(&file::write(&services, args.format)?)
}
