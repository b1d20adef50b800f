//! Basic event selectors: reads, writes or both, of management events and of the resources that are named
//! (reference section 6.1).

use serde::{Deserialize, Serialize};

/// `ReadWriteType`: whether reads, writes or both are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum ReadWriteType {
    /// Both.
    #[default]
    All,
    /// Events that are marked read-only.
    ReadOnly,
    /// All others.
    WriteOnly,
}

impl ReadWriteType {
    /// Reads one of the three words, exactly as written.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "All" => Some(Self::All),
            "ReadOnly" => Some(Self::ReadOnly),
            "WriteOnly" => Some(Self::WriteOnly),
            _ => None,
        }
    }

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::ReadOnly => "ReadOnly",
            Self::WriteOnly => "WriteOnly",
        }
    }
}

/// `DataResource.Type`: the resources whose data events a basic selector can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DataResourceType {
    /// Objects, by the beginning of their ARN.
    #[serde(rename = "AWS::S3::Object")]
    S3Object,
    /// Functions, by their whole ARN.
    #[serde(rename = "AWS::Lambda::Function")]
    LambdaFunction,
    /// Tables, by their whole ARN.
    #[serde(rename = "AWS::DynamoDB::Table")]
    DynamoDbTable,
}

impl DataResourceType {
    /// Every type.
    pub const ALL: [Self; 3] = [Self::S3Object, Self::LambdaFunction, Self::DynamoDbTable];

    /// The type's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::S3Object => "AWS::S3::Object",
            Self::LambdaFunction => "AWS::Lambda::Function",
            Self::DynamoDbTable => "AWS::DynamoDB::Table",
        }
    }

    /// The service in an ARN.
    pub(super) const fn service(self) -> &'static str {
        match self {
            Self::S3Object => "s3",
            Self::LambdaFunction => "lambda",
            Self::DynamoDbTable => "dynamodb",
        }
    }

    /// Whether `value` means every resource of the type, such as `arn:aws:lambda`.
    pub(super) fn means_all(self, value: &str) -> bool {
        let mut parts = value.splitn(4, ':');
        let begins = parts.next() == Some("arn") && parts.next().is_some_and(|partition| !partition.is_empty());
        let rest = (parts.next(), parts.next());
        begins
            && rest.0 == Some(self.service())
            && (rest.1.is_none() || (self == Self::S3Object && rest.1 == Some("::")))
    }
}

/// The data events of some resources.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DataResource {
    /// Of which kind they are.
    #[serde(rename = "Type")]
    pub kind: DataResourceType,
    /// Which of them: ARNs, beginnings of ARNs, or a text that means all. None of them when empty.
    pub values: Vec<String>,
}

/// One basic selector of a trail, checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventSelector {
    /// Reads, writes or both, of management and of data events.
    pub read_write_type: ReadWriteType,
    /// Whether management events are asked for at all.
    pub include_management_events: bool,
    /// The resources whose data events are asked for.
    #[serde(default)]
    pub data_resources: Vec<DataResource>,
    /// Sources whose management events are left out.
    pub exclude_management_event_sources: Vec<String>,
}

impl Default for EventSelector {
    /// What a new trail has: all management events.
    fn default() -> Self {
        Self {
            read_write_type: ReadWriteType::All,
            include_management_events: true,
            data_resources: Vec::new(),
            exclude_management_event_sources: Vec::new(),
        }
    }
}

/// `EventSelector` of the service model, as it comes and goes, not checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct EventSelectorShape {
    /// One of the words of [`ReadWriteType`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_write_type: Option<String>,
    /// True when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_management_events: Option<bool>,
    /// None when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_resources: Option<Vec<DataResourceShape>>,
    /// None when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude_management_event_sources: Option<Vec<String>>,
}

/// `DataResource` of the service model, not checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DataResourceShape {
    /// One of the names of [`DataResourceType`].
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// None when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
}

impl From<&EventSelector> for EventSelectorShape {
    /// All four members, empty lists included, as AWS answers.
    fn from(selector: &EventSelector) -> Self {
        let resource = |resource: &DataResource| DataResourceShape {
            kind: Some(resource.kind.as_str().to_owned()),
            values: Some(resource.values.clone()),
        };
        Self {
            read_write_type: Some(selector.read_write_type.as_str().to_owned()),
            include_management_events: Some(selector.include_management_events),
            data_resources: Some(selector.data_resources.iter().map(resource).collect()),
            exclude_management_event_sources: Some(selector.exclude_management_event_sources.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_that_mean_every_resource_are_known_in_every_partition() {
        let all = |kind: DataResourceType, value| kind.means_all(value);
        for value in ["arn:aws:s3", "arn:aws:s3:::", "arn:aws-cn:s3:::"] {
            assert!(all(DataResourceType::S3Object, value), "{value}");
        }
        for value in ["arn:aws:s3:::b", "arn:aws:s3::", "arn:aws:lambda", "arn::s3", "aws:aws:s3", ""] {
            assert!(!all(DataResourceType::S3Object, value), "{value}");
        }
        assert!(all(DataResourceType::LambdaFunction, "arn:aws:lambda"));
        assert!(!all(DataResourceType::LambdaFunction, "arn:aws:lambda:::"));
        assert!(all(DataResourceType::DynamoDbTable, "arn:aws-us-gov:dynamodb"));
    }

    #[test]
    fn selectors_that_were_stored_before_data_resources_are_read() {
        let stored = r#"{"ReadWriteType":"All","IncludeManagementEvents":true,"ExcludeManagementEventSources":[]}"#;
        assert_eq!(serde_json::from_str::<EventSelector>(stored).unwrap(), EventSelector::default());
    }
}
