//! What an operator can set about the catalogue.

/// Limits of the catalogue. The defaults are AWS's (reference section 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogSettings {
    /// How many trails an account may see in one Region, shadow trails included.
    pub trails_per_region_max: usize,
    /// How many tags one trail may have.
    pub tags_per_trail_max: usize,
}

impl Default for CatalogSettings {
    fn default() -> Self {
        Self { trails_per_region_max: 5, tags_per_trail_max: 50 }
    }
}
