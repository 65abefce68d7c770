//! The contract between generated packages and the engine that runs them, by version.
//!
//! A package's plan names the version of its generator. An engine runs every version of its own major number up to its own
//! minor one: what a minor version adds to a plan has a default that means what packages did before. `docs/compatibility.md`
//! says what users can rely on.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A version of the contract; in a plan the text `1.0`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Contract {
    pub major: u32,
    pub minor: u32,
}

impl Contract {
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }
}

/// Every version that packages may have, oldest first, and what it brought. Whoever changes the shape of
/// [`PackagePlan`](crate::binding::PackagePlan), of something in it, or of what generated Python calls, adds a line: the next
/// minor version if every older package keeps its meaning, else the next major one, with the lines of older majors removed.
pub const CONTRACTS: [(Contract, &str); 3] = [
    (Contract::new(1, 0), "a link plan and the names of a package, under a version"),
    (
        Contract::new(1, 1),
        "`results` of a function; the fingerprint that Python and plan share; components as values, and values",
    ),
    (Contract::new(1, 2), "the classes of the asynchronous face; lists of numbers as buffers"),
];

/// The version that this engine's generator writes, the newest of [`CONTRACTS`].
pub const CONTRACT: Contract = CONTRACTS[CONTRACTS.len() - 1].0;

/// The oldest version that this engine runs.
pub const OLDEST_CONTRACT: Contract = CONTRACTS[0].0;

/// Why a package of another version is not run; the text follows on the name of its plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ContractMismatch {
    #[error(
        "names no version of the contract, so that it was generated before there was one (this version of dovetail runs \
         {OLDEST_CONTRACT} to {CONTRACT}): generate the package again"
    )]
    Missing,
    #[error(
        "has contract {0}, but this version of dovetail runs {OLDEST_CONTRACT} to {CONTRACT}: generate the package again"
    )]
    Major(Contract),
    #[error(
        "has contract {0}, but this version of dovetail runs {OLDEST_CONTRACT} to {CONTRACT}: upgrade dovetail, or generate \
         the package again with this version"
    )]
    Newer(Contract),
}

impl Contract {
    /// Whether this engine runs packages of the version.
    pub fn check(self) -> Result<(), ContractMismatch> {
        if self.major != CONTRACT.major || self < OLDEST_CONTRACT {
            return Err(ContractMismatch::Major(self));
        }
        if self > CONTRACT { Err(ContractMismatch::Newer(self)) } else { Ok(()) }
    }
}

impl fmt::Display for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl From<Contract> for String {
    fn from(contract: Contract) -> String {
        contract.to_string()
    }
}

/// A text that is no version of the contract.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{0}` is no version of the contract: expected MAJOR.MINOR")]
pub struct NoContract(String);

impl FromStr for Contract {
    type Err = NoContract;

    fn from_str(text: &str) -> Result<Self, NoContract> {
        let number = |text: &str| text.parse::<u32>().ok().filter(|number| number.to_string() == text);
        let parts = text.split_once('.').and_then(|(major, minor)| Some((number(major)?, number(minor)?)));
        parts.map(|(major, minor)| Contract { major, minor }).ok_or_else(|| NoContract(text.to_string()))
    }
}

impl TryFrom<String> for Contract {
    type Error = NoContract;

    fn try_from(text: String) -> Result<Self, NoContract> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_in_order_and_of_one_major() {
        for pair in CONTRACTS.windows(2) {
            let next = Contract::new(pair[0].0.major, pair[0].0.minor + 1);
            assert_eq!(pair[1].0, next, "minor versions follow on each other");
        }
        assert_eq!(OLDEST_CONTRACT, Contract::new(CONTRACT.major, 0));
    }

    #[test]
    fn which_versions_run() {
        for (contract, _) in CONTRACTS {
            assert_eq!(contract.check(), Ok(()));
        }
        let newer = Contract::new(CONTRACT.major, CONTRACT.minor + 1);
        assert_eq!(newer.check(), Err(ContractMismatch::Newer(newer)));
        for major in [Contract::new(CONTRACT.major + 1, 0), Contract::new(CONTRACT.major - 1, 9)] {
            assert_eq!(major.check(), Err(ContractMismatch::Major(major)));
        }
    }

    #[test]
    fn versions_as_text() {
        assert_eq!("1.12".parse(), Ok(Contract::new(1, 12)));
        assert_eq!(Contract::new(1, 12).to_string(), "1.12");
        for bad in ["", "1", "1.", ".1", "1.2.3", "01.2", "1.-2", "+1.2", "1.99999999999"] {
            assert_eq!(bad.parse::<Contract>(), Err(NoContract(bad.to_string())));
        }
    }
}
