//! Pages of lists: at most twenty items, and a token for the rest.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::input::invalid;
use crate::ApiError;

/// The most and the usual number of items.
const MOST: usize = 20;
const MARK: &str = "place:";

/// The page of `items` that a request asks for, and the token of the next one.
pub(super) fn page<T>(
    items: Vec<T>,
    next_token: Option<&str>,
    max_results: Option<i64>,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let count = match max_results.map(usize::try_from) {
        None => MOST,
        Some(Ok(count @ 1..=MOST)) => count,
        Some(Ok(0) | Err(_)) => return Err(invalid("MIN_VALUE_EXCEEDED", "MaxResults must be at least 1.")),
        Some(Ok(_)) => return Err(invalid("MAX_VALUE_EXCEEDED", "MaxResults must be at most 20.")),
    };
    let start = next_token.map_or(Ok(0), start)?;
    let end = start.saturating_add(count);
    let next = (end < items.len()).then(|| URL_SAFE_NO_PAD.encode(format!("{MARK}{end}")));
    Ok((items.into_iter().skip(start).take(count).collect(), next))
}

fn start(token: &str) -> Result<usize, ApiError> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    let place = bytes.and_then(|bytes| String::from_utf8(bytes).ok()?.strip_prefix(MARK)?.parse().ok());
    place.ok_or_else(|| invalid("INVALID_NEXT_TOKEN", "The NextToken is not one that was answered."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_without_gaps() {
        let items: Vec<usize> = (0..45).collect();
        let mut seen = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let (mut items, next) = page(items.clone(), token.as_deref(), None).unwrap();
            assert!(items.len() <= 20);
            seen.append(&mut items);
            token = next;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(seen, items);
        assert_eq!(page(items, None, Some(7)).unwrap().0.len(), 7);
    }

    #[test]
    fn wrong_sizes_and_foreign_tokens_have_their_reasons() {
        let refused = |token: Option<&str>, max| page(vec![1], token, max).unwrap_err().reason.unwrap();
        assert_eq!(refused(None, Some(0)), "MIN_VALUE_EXCEEDED");
        assert_eq!(refused(None, Some(-1)), "MIN_VALUE_EXCEEDED");
        assert_eq!(refused(None, Some(21)), "MAX_VALUE_EXCEEDED");
        assert_eq!(refused(Some("é"), None), "INVALID_NEXT_TOKEN");
        assert_eq!(refused(Some("MTIz"), None), "INVALID_NEXT_TOKEN");
    }
}
