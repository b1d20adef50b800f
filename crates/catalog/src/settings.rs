//! What an operator can set about the catalogue.

use cairn_model::selectors::SelectorLimits;

use crate::ProtectedTrails;

/// Limits of the catalogue. The defaults are AWS's (reference section 10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogSettings {
    /// How many trails an account may see in one Region, shadow trails included.
    pub trails_per_region_max: usize,
    /// How many tags one trail may have.
    pub tags_per_trail_max: usize,
    /// How many accounts an organization may have, its management account included.
    pub organization_accounts_max: usize,
    /// How many accounts may administer one service for an organization.
    pub delegated_administrators_max: usize,
    /// How many resources one `ListTags` may name.
    pub list_tags_resources_max: usize,
    /// How many selectors and values a trail may have.
    pub selectors: SelectorLimits,
    /// Trails whose changes wait for approval when they take something away. The first that covers a trail counts.
    pub protected_trails: Vec<ProtectedTrails>,
}

impl Default for CatalogSettings {
    fn default() -> Self {
        Self {
            trails_per_region_max: 5,
            tags_per_trail_max: 50,
            organization_accounts_max: 10,
            delegated_administrators_max: 3,
            list_tags_resources_max: 20,
            selectors: SelectorLimits::default(),
            protected_trails: Vec::new(),
        }
    }
}
