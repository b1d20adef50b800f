//! The rules of names and paths.

use crate::IamError;

const PATH_LENGTH_MAX: usize = 512;

/// A name of `member`, such as `userName`: letters, digits and `+=,.@_-`, up to `length_max` characters.
///
/// # Errors
/// [`IamError::Validation`] in AWS's words.
pub fn check_name(member: &str, name: &str, length_max: usize) -> Result<(), IamError> {
    if name.chars().count() > length_max {
        return Err(broken(member, name, &format!("Member must have length less than or equal to {length_max}")));
    }
    if name.is_empty() {
        return Err(broken(member, name, "Member must have length greater than or equal to 1"));
    }
    if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte)) {
        return Ok(());
    }
    Err(IamError::Validation(format!(
        "The specified value for {member} is invalid. It must contain only alphanumeric characters and/or the \
         following: +=,.@_-"
    )))
}

/// A path: `/`, or text of visible ASCII characters between slashes.
///
/// # Errors
/// [`IamError::Validation`] in AWS's words.
pub fn check_path(path: &str) -> Result<(), IamError> {
    if path.len() > PATH_LENGTH_MAX {
        let rule = format!("Member must have length less than or equal to {PATH_LENGTH_MAX}");
        return Err(broken("path", path, &rule));
    }
    let inner = path.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let is_path = path == "/" || inner.is_some_and(|inner| !inner.is_empty() && is_visible(inner));
    if is_path {
        return Ok(());
    }
    let message = "The specified value for path is invalid. It must begin and end with / and contain only \
                   alphanumeric characters and/or / characters.";
    Err(IamError::Validation(message.to_owned()))
}

/// Whether the text is of visible ASCII characters.
fn is_visible(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A value that breaks a rule, cut to what may be shown.
fn broken(member: &str, value: &str, rule: &str) -> IamError {
    let shown: String = value.chars().take(128).collect();
    IamError::Validation(format!(
        "1 validation error detected: Value '{}' at '{member}' failed to satisfy constraint: {rule}",
        shown.escape_debug()
    ))
}

/// The name as it is compared: their case does not tell names apart.
pub(crate) fn folded(name: &str) -> String {
    name.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_small_alphabet() {
        for good in ["a", "Alice.B+c=d,e@f_g-h", &"x".repeat(64)] {
            check_name("userName", good, 64).unwrap();
        }
        for bad in ["", "a b", "../etc", "a/b", "a\0", "ü", "a\n", &"x".repeat(65)] {
            assert!(matches!(check_name("userName", bad, 64), Err(IamError::Validation(_))), "{bad:?}");
        }
    }

    #[test]
    fn paths_stand_between_slashes() {
        for good in ["/", "/a/", "/a/b/", "/x!~/"] {
            check_path(good).unwrap();
        }
        let long = format!("/{}/", "a".repeat(511));
        for bad in ["", "//", "a/", "/a", "/a b/", "/ü/", "/a\u{7f}/", &long] {
            assert!(matches!(check_path(bad), Err(IamError::Validation(_))), "{bad:?}");
        }
    }
}
