//! Parameters of the query protocols: `Filter.1.Name=a` as a tree.

use serde_json::{Map, Value, json};

use crate::query_string::Pairs;

use super::DEPTH_MAX;

/// A value, and what lies below it, in the order of the request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) value: Option<String>,
    pub(crate) children: Vec<(String, Node)>,
}

impl Node {
    /// The tree of a request's parameters.
    pub(crate) fn of(pairs: Pairs) -> Self {
        let mut root = Self::default();
        for (name, value) in pairs {
            let mut node = &mut root;
            for part in name.split('.').take(DEPTH_MAX) {
                node = node.child(part);
            }
            node.value = Some(value);
        }
        root
    }

    /// What lies below a name.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|(other, _)| other == name).map(|(_, node)| node)
    }

    /// The numbered children in the order of their numbers, or those of the one child that is there.
    pub(crate) fn elements(&self) -> Vec<(u64, &Self)> {
        let mut numbered: Vec<(u64, &Self)> =
            self.children.iter().filter_map(|(name, node)| Some((name.parse().ok()?, node))).collect();
        if numbered.is_empty() {
            return match self.children.as_slice() {
                [(_, only)] if only.children.iter().any(|(name, _)| name.parse::<u64>().is_ok()) => only.elements(),
                _ => Vec::new(),
            };
        }
        numbered.sort_by_key(|(number, _)| *number);
        numbered
    }

    /// The tree without a model: numbered children become a list.
    pub(crate) fn plain(&self) -> Value {
        let elements = self.elements();
        if let (Some(value), true) = (&self.value, self.children.is_empty()) {
            return json!(value);
        }
        if !elements.is_empty() {
            return elements.iter().map(|(_, node)| node.plain()).collect();
        }
        let members: Map<String, Value> =
            self.children.iter().map(|(name, node)| (name.clone(), node.plain())).collect();
        Value::Object(members)
    }

    fn child(&mut self, name: &str) -> &mut Self {
        // The last child is the most likely one: requests list what belongs together.
        let found = self.children.iter().rposition(|(other, _)| other == name).unwrap_or_else(|| {
            self.children.push((name.to_owned(), Self::default()));
            self.children.len() - 1
        });
        &mut self.children[found].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query_string;

    #[test]
    fn numbered_parameters_become_lists_in_the_order_of_their_numbers() {
        let body = "Action=A&Filter.2.Name=b&Filter.1.Name=a&Filter.1.Value.1=x&Tags.member.1.Key=k&Empty=";
        let tree = Node::of(query_string::pairs(body));
        let expected = json!({
            "Action": "A",
            "Filter": [{"Name": "a", "Value": ["x"]}, {"Name": "b"}],
            "Tags": [{"Key": "k"}],
            "Empty": "",
        });
        assert_eq!(tree.plain(), expected);
    }
}
