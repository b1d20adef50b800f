//! AES-256-GCM under a key of which each sealing uses a fresh derivative.
//!
//! One key seals far more than the 2^32 messages for which random nonces are safe, so each message has its own key:
//! HMAC-SHA256 of the key over a random salt.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use cairn_environment::Random;
use zeroize::Zeroizing;

/// A key of AES-256.
pub(crate) type Secret = Zeroizing<[u8; 32]>;

const SALT: usize = 16;
const LABEL: &[u8] = b"cairn-seal-1";

/// What was sealed is not what is to be opened: changed, cut off, or bound to something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tampered;

/// `plain` sealed: salt, nonce, ciphertext, tag. `bound` must be given again to open it.
pub(crate) fn seal(secret: &Secret, bound: &[u8], plain: &[u8], random: &Random) -> Result<Vec<u8>, Tampered> {
    let salt: [u8; SALT] = random.bytes();
    let nonce: [u8; NONCE_LEN] = random.bytes();
    let key = message_key(secret, &salt)?;
    let mut sealed = plain.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound), &mut sealed)
        .map_err(|_| Tampered)?;
    Ok([&salt[..], &nonce[..], &sealed].concat())
}

/// What [`seal`] sealed.
pub(crate) fn open(secret: &Secret, bound: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Tampered> {
    let (salt, rest) = sealed.split_first_chunk::<SALT>().ok_or(Tampered)?;
    let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>().ok_or(Tampered)?;
    let key = message_key(secret, salt)?;
    let mut plain = Zeroizing::new(sealed.to_vec());
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let length = key.open_in_place(nonce, Aad::from(bound), &mut plain).map_err(|_| Tampered)?.len();
    plain.truncate(length);
    Ok(plain)
}

fn message_key(secret: &Secret, salt: &[u8; SALT]) -> Result<LessSafeKey, Tampered> {
    let mut derivation = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_slice()));
    derivation.update(LABEL);
    derivation.update(salt);
    let unbound = UnboundKey::new(&AES_256_GCM, derivation.sign().as_ref()).map_err(|_| Tampered)?;
    Ok(LessSafeKey::new(unbound))
}

#[cfg(test)]
mod tests {
    use cairn_environment::Environment;
    use proptest::prelude::*;

    use super::*;

    fn secret(byte: u8) -> Secret {
        Zeroizing::new([byte; 32])
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_and_nothing_else_does(
            plain in proptest::collection::vec(any::<u8>(), 0..300),
            bound in proptest::collection::vec(any::<u8>(), 0..20),
            place in any::<prop::sample::Index>(),
            flip in 1_u8..,
        ) {
            let random = Environment::real().random;
            let sealed = seal(&secret(1), &bound, &plain, &random).unwrap();
            prop_assert_eq!(open(&secret(1), &bound, &sealed), Ok(Zeroizing::new(plain)));
            prop_assert_eq!(open(&secret(2), &bound, &sealed), Err(Tampered));
            prop_assert_eq!(open(&secret(1), &[&bound[..], b"x"].concat(), &sealed), Err(Tampered));
            let at = place.index(sealed.len());
            prop_assert_eq!(open(&secret(1), &bound, &sealed[..at]), Err(Tampered));
            let mut changed = sealed;
            changed[at] ^= flip;
            prop_assert_eq!(open(&secret(1), &bound, &changed), Err(Tampered));
        }
    }
}
