//! What an operator can set about the catalogue.

use cairn_model::selectors::SelectorLimits;

/// Limits of the catalogue. The defaults are AWS's (reference section 10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogSettings {
    /// How many trails an account may see in one Region, shadow trails included.
    pub trails_per_region_max: usize,
    /// How many tags one trail may have.
    pub tags_per_trail_max: usize,
    /// How many selectors and values a trail may have.
    pub selectors: SelectorLimits,
}

impl Default for CatalogSettings {
    fn default() -> Self {
        Self { trails_per_region_max: 5, tags_per_trail_max: 50, selectors: SelectorLimits::default() }
    }
}
