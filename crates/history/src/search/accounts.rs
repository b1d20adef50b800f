//! Whose events a search asks for, before anybody has decided whether the caller may see them.

use cairn_model::AccountId;

/// Whose events a search asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskedAccounts {
    /// The caller's.
    Own,
    /// Those of every account of the caller's organization.
    All,
    /// Those of these accounts.
    These(Vec<AccountId>),
}

/// The word for every account.
const ALL: &str = "all";

impl AskedAccounts {
    /// Reads the member `accounts`; one without elements asks for what nobody has named.
    ///
    /// # Errors
    /// A sentence that says what the member may be.
    pub(crate) fn read(texts: &[String]) -> Result<Self, String> {
        match texts {
            [] => Ok(Self::Own),
            [word] if word == ALL => Ok(Self::All),
            ids => {
                let read = ids.iter().map(|id| AccountId::parse(id)).collect::<Result<_, _>>();
                read.map(Self::These)
                    .map_err(|_| "`accounts` must be account ids of twelve digits, or `all` alone.".to_owned())
            }
        }
    }
}
