//! What a condition comes to: yes, no, or that it cannot be known.

/// A condition's outcome. The order is that of a conjunction: the least of several counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Truth {
    No,
    Unknown,
    Yes,
}

impl Truth {
    pub(crate) fn negated(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
            Self::Yes => Self::No,
        }
    }

    /// All of them: a no outweighs everything.
    pub(crate) fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut least = Self::Yes;
        for truth in truths {
            if truth == Self::No {
                return Self::No;
            }
            least = least.min(truth);
        }
        least
    }

    /// At least one of them: a yes outweighs everything.
    pub(crate) fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut most = Self::No;
        for truth in truths {
            if truth == Self::Yes {
                return Self::Yes;
            }
            most = most.max(truth);
        }
        most
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_known_matters_only_where_the_rest_leaves_it_open() {
        use Truth::{No, Unknown, Yes};
        assert_eq!(Truth::all([Yes, Unknown]), Unknown);
        assert_eq!(Truth::all([Unknown, No]), No);
        assert_eq!(Truth::all([]), Yes);
        assert_eq!(Truth::any([No, Unknown]), Unknown);
        assert_eq!(Truth::any([Unknown, Yes]), Yes);
        assert_eq!(Truth::any([]), No);
        assert_eq!((Yes.negated(), Unknown.negated(), No.negated()), (No, Unknown, Yes));
    }
}
