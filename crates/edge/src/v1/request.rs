//! How routes read what they are asked: JSON bodies and queries without members that they do not know.

use cairn_api::{ApiError, ErrorCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::targets::argument;

/// Reads a body into the request that a route takes. Unknown members are refused by name.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let body: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| {
        let code = if error.is_data() { ErrorCode::ValidationException } else { ErrorCode::SerializationException };
        ApiError::new(code, format!("The body is not what this route takes: {error}."))
    })
}

/// The arguments of a query, which may have those that are named and no others.
pub(super) fn arguments(query: &str, known: &[&str]) -> Result<Map<String, Value>, ApiError> {
    let mut names = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split('=').next().unwrap_or(pair));
    if let Some(unknown) = names.find(|name| !known.contains(name)) {
        let shown: String = unknown.chars().take(64).collect();
        let taken = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let message = format!("`{shown}` is not an argument of this route; it takes {taken}.");
        return Err(ApiError::new(ErrorCode::ValidationException, message));
    }
    let given = known.iter().filter_map(|name| Some(((*name).to_owned(), argument(query, name)?.into_owned().into())));
    Ok(given.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_members_and_arguments_are_refused_by_name() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Empty {}
        let refused = |body: &[u8]| {
            let error = read::<Empty>(body).unwrap_err();
            (error.code, error.message)
        };
        assert!(read::<Empty>(b"").is_ok());
        assert_eq!(refused(b"{").0, ErrorCode::SerializationException);
        let (code, message) = refused(b"{\"surplus\":1}");
        assert!(code == ErrorCode::ValidationException && message.contains("`surplus`"), "{message}");
        let given = arguments("trail=a%2Fb&limit=5", &["trail", "limit", "nextToken"]).unwrap();
        assert_eq!(Value::Object(given), serde_json::json!({"trail": "a/b", "limit": "5"}));
        assert!(arguments("trail=a&more=1", &["trail"]).unwrap_err().message.contains("`more`"));
        assert!(arguments("more=1", &[]).unwrap_err().message.ends_with("it takes none."));
    }
}
