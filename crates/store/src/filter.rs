//! Conditions on columns: a tree, decided on the rows of a part in memory.

use cairn_model::Category;

use crate::dictionary::Dictionary;
use crate::event_column::{EventColumn, Texts};
use crate::number::{narrow, wide};
use crate::part::{Part, Row};
use crate::predicate::Predicate;

/// What an event must meet, by what the store has in columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Each of these.
    All(Vec<Filter>),
    /// One of these at least.
    Any(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// A text of the column fits.
    Has(EventColumn, Predicate),
}

/// A filter in the numbers of one part.
#[derive(Debug)]
pub(crate) enum RowFilter {
    All(Vec<RowFilter>),
    Any(Vec<RowFilter>),
    Not(Box<RowFilter>),
    Value(usize, Numbers),
    /// Which of `false` and `true` fit.
    ReadOnly([bool; 2]),
    Category(Vec<Category>),
    ResourceType(Numbers),
    ResourceName(Numbers),
}

/// Numbers of a dictionary.
#[derive(Debug)]
pub(crate) enum Numbers {
    /// These.
    Few(Vec<u32>),
    /// Those at whose place `true` stands.
    Marked(Vec<bool>),
}

impl Numbers {
    /// The numbers of the texts that fit.
    fn of(dictionary: &Dictionary, predicate: &Predicate) -> Self {
        if let Some(texts) = predicate.only_texts() {
            return Self::Few(texts.iter().filter_map(|text| dictionary.find(text)).collect());
        }
        let fits = |number| dictionary.text(number).is_some_and(|text| predicate.fits_bytes(text));
        Self::Marked((0..=narrow(dictionary.len())).map(fits).collect())
    }

    fn contains(&self, number: u32) -> bool {
        match self {
            Self::Few(numbers) => numbers.contains(&number),
            Self::Marked(marks) => marks.get(wide(number)).copied().unwrap_or_default(),
        }
    }
}

impl RowFilter {
    /// The filter in the numbers of `part`.
    pub(crate) fn new(part: &Part, filter: &Filter) -> Self {
        let each = |filters: &[Filter]| filters.iter().map(|one| Self::new(part, one)).collect();
        match filter {
            Filter::All(all) => Self::All(each(all)),
            Filter::Any(any) => Self::Any(each(any)),
            Filter::Not(inner) => Self::Not(Box::new(Self::new(part, inner))),
            Filter::Has(column, predicate) => match column.texts() {
                Texts::Values(at) => {
                    let numbers = part.columns.get(at).map(|dictionary| Numbers::of(dictionary, predicate));
                    Self::Value(at, numbers.unwrap_or(Numbers::Few(Vec::new())))
                }
                Texts::ReadOnly => Self::ReadOnly([predicate.fits("false"), predicate.fits("true")]),
                Texts::Category => {
                    Self::Category(Category::ALL.into_iter().filter(|word| predicate.fits(word.as_str())).collect())
                }
                Texts::ResourceTypes => Self::ResourceType(Numbers::of(&part.resource_types, predicate)),
                Texts::ResourceNames => Self::ResourceName(Numbers::of(&part.resource_names, predicate)),
            },
        }
    }

    /// Whether a row of `part` fits.
    pub(crate) fn fits(&self, part: &Part, row: &Row) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.fits(part, row)),
            Self::Any(any) => any.iter().any(|one| one.fits(part, row)),
            Self::Not(inner) => !inner.fits(part, row),
            Self::Value(at, numbers) => row.values.get(*at).is_some_and(|number| numbers.contains(*number)),
            Self::ReadOnly([no, yes]) => row.read_only.is_some_and(|value| if value { *yes } else { *no }),
            Self::Category(categories) => categories.contains(&row.category),
            Self::ResourceType(numbers) => {
                part.resources(row).iter().any(|resource| numbers.contains(resource.resource_type))
            }
            Self::ResourceName(numbers) => {
                part.resources(row).iter().any(|resource| numbers.contains(resource.resource_name))
            }
        }
    }
}
