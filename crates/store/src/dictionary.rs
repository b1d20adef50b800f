//! The distinct texts of one column, each with a number.

use std::collections::HashMap;

use bytes::Bytes;

use crate::number::{narrow, wide};

/// The number of no text.
pub(crate) const ABSENT: u32 = 0;

/// Gives each distinct text a number from 1 on.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    numbers: HashMap<Bytes, u32, foldhash::quality::RandomState>,
    texts: Vec<Bytes>,
}

impl Dictionary {
    /// The number of `text`, which is new or known.
    pub(crate) fn number(&mut self, text: Option<&str>) -> u32 {
        text.map_or(ABSENT, |text| self.number_of_bytes(text.as_bytes()))
    }

    /// The same for the bytes of a text.
    pub(crate) fn number_of_bytes(&mut self, text: &[u8]) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let text = Bytes::copy_from_slice(text);
        self.texts.push(text.clone());
        let number = narrow(self.texts.len());
        self.numbers.insert(text, number);
        number
    }

    /// The number of `text` when it is known.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        self.numbers.get(text.as_bytes()).copied()
    }

    /// The text of a number; none for [`ABSENT`].
    pub(crate) fn text(&self, number: u32) -> Option<&Bytes> {
        self.texts.get(wide(number.checked_sub(1)?))
    }

    /// The texts, from number 1 on.
    pub(crate) fn texts(&self) -> &[Bytes] {
        &self.texts
    }

    /// How many texts there are: the largest number.
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    /// The numbers in the order of their texts.
    pub(crate) fn sorted(&self) -> Vec<(&Bytes, u32)> {
        let mut sorted: Vec<_> = self.texts.iter().zip(1..).collect();
        sorted.sort_unstable_by_key(|(text, _)| *text);
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_share_a_number_and_none_has_zero() {
        let mut dictionary = Dictionary::default();
        assert_eq!(dictionary.number(None), ABSENT);
        assert_eq!(dictionary.number(Some("b")), 1);
        assert_eq!(dictionary.number(Some("a")), 2);
        assert_eq!(dictionary.number(Some("b")), 1);
        assert_eq!(dictionary.find("c"), None);
        assert_eq!(dictionary.text(ABSENT), None);
        assert_eq!(dictionary.text(2).map(|text| &text[..]), Some(&b"a"[..]));
        assert_eq!(dictionary.sorted().into_iter().map(|(_, number)| number).collect::<Vec<_>>(), [2, 1]);
    }
}
