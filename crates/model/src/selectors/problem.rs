//! What is wrong with selectors, and where.

use std::fmt;

/// Selectors that break a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct InvalidSelectors {
    /// The way to the place, from the list of selectors on; empty for the list itself.
    pub place: Vec<Step>,
    /// The rule.
    pub problem: SelectorProblem,
}

/// One step on the way to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Into a member of an object.
    Member(&'static str),
    /// To an item of a list, counted from 0.
    Item(usize),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(name) => write!(f, ".{name}"),
            Self::Item(number) => write!(f, "[{number}]"),
        }
    }
}

/// A rule of selectors that was broken (reference sections 1.3 and 6). The texts about resource types and ARNs are
/// AWS's own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectorProblem {
    /// No basic selector, or too many.
    #[error("A trail must have 1 to {max} event selectors.")]
    SelectorCount {
        /// How many there may be.
        max: usize,
    },
    /// Basic and advanced selectors at once.
    #[error("Specify either event selectors or advanced event selectors, not both.")]
    BothKinds,
    /// An unknown word.
    #[error("The ReadWriteType must be ReadOnly, WriteOnly or All.")]
    ReadWriteType,
    /// A source that cannot be excluded.
    #[error("ExcludeManagementEventSources can only contain kms.amazonaws.com and rdsdata.amazonaws.com.")]
    ExcludedSource,
    /// Excluded sources without management events.
    #[error("ExcludeManagementEventSources requires IncludeManagementEvents to be true.")]
    ExcludedWithoutManagement,
    /// Not one of the three types.
    #[error("The data resource type must be AWS::S3::Object, AWS::Lambda::Function or AWS::DynamoDB::Table.")]
    DataResourceType,
    /// Neither an ARN of the type nor a text that means all.
    #[error("Value {0} for DataResources.Values is invalid.")]
    DataResourceValue(String),
    /// Too many data resources.
    #[error("The event selectors of a trail can have up to {max} data resources in total.")]
    DataResourceCount {
        /// How many there may be.
        max: usize,
    },
    /// A name that is too long.
    #[error("The name of an advanced event selector can have up to 1000 characters.")]
    NameLength,
    /// A selector without conditions.
    #[error("An advanced event selector must have at least one field selector.")]
    NoFieldSelectors,
    /// A field that selectors do not know.
    #[error("The field {0} is not valid.")]
    UnknownField(String),
    /// Two conditions on one field.
    #[error("The field {0} can occur only once in an advanced event selector.")]
    FieldTwice(&'static str),
    /// A condition that says nothing.
    #[error("A field selector must have at least one operator, and each operator at least one value.")]
    NoValues,
    /// A value that is empty, too long or has more than one line.
    #[error("A value of a field selector must have 1 to 2048 characters on one line.")]
    ValueForm,
    /// Too many values.
    #[error("The advanced event selectors of a trail can have up to {max} values in total.")]
    ValueCount {
        /// How many there may be.
        max: usize,
    },
    /// No category, several, or one that no trail has.
    #[error("The eventCategory field must equal Management, Data or NetworkActivity.")]
    EventCategory,
    /// A field that the category does not have.
    #[error("The field {field} is not valid for the event category {category}.")]
    FieldNotAllowed {
        /// The field.
        field: &'static str,
        /// The category.
        category: &'static str,
    },
    /// A field that the category must have.
    #[error("The field {field} is required for the event category {category}.")]
    FieldMissing {
        /// The field.
        field: &'static str,
        /// The category.
        category: &'static str,
    },
    /// An operator that the field does not take.
    #[error("The operator {operator} is not valid for the field {field}.")]
    OperatorNotAllowed {
        /// The operator.
        operator: &'static str,
        /// The field.
        field: &'static str,
    },
    /// A value that the field does not take.
    #[error("The {0} field value is not valid.")]
    FieldValue(&'static str),
    /// More than one value where there can be one.
    #[error("The field {0} must equal exactly one value.")]
    OneValue(&'static str),
    /// An ARN that is none of the type asked for.
    #[error("The specified ARN {0} is not valid. Verify that the ARN is properly formatted.")]
    ResourceArn(String),
}
