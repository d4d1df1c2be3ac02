//! Randomness from the operating system.

use grantkeep_core::ports::Entropy;

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// Fills `bytes`, or ends the process: `state`, verifiers and keys must never be predictable.
    #[expect(clippy::disallowed_methods, reason = "the randomness of the house comes from here")]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            tracing::error!(%error, "the system gives no random numbers; the agent stops");
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_call_brings_other_bytes() {
        let (mut first, mut second) = ([0; 32], [0; 32]);

        SystemEntropy.fill(&mut first);
        SystemEntropy.fill(&mut second);

        assert_ne!(first, second);
        assert_ne!(first, [0; 32]);
    }
}
