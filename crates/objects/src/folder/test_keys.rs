//! Keys for tests: one that wraps by adding itself, bound to the context by a checksum.

use async_trait::async_trait;
use cairn_model::{AccountId, Region};
use md5::{Digest, Md5};
use zeroize::Zeroizing;

use crate::{DataKeys, ObjectError, Wrapping};

/// Knows the kms key `arn:known` and no other.
#[derive(Debug)]
pub(crate) struct TestKeys;

fn bound(wrapping: &Wrapping) -> Vec<u8> {
    Md5::digest(format!("{wrapping:?}")).to_vec()
}

fn refused(code: &str) -> ObjectError {
    ObjectError::Other { code: code.to_owned(), reason: "refused by the test".to_owned() }
}

#[async_trait]
impl DataKeys for TestKeys {
    async fn kms_key(&self, _: AccountId, _: &Region, reference: Option<&str>) -> Result<String, ObjectError> {
        match reference {
            Some("known") | None => Ok("arn:known".to_owned()),
            Some(_) => Err(refused("KMS.NotFoundException")),
        }
    }

    fn wrap(&self, wrapping: &Wrapping, key: &[u8; 32]) -> Result<Vec<u8>, ObjectError> {
        if wrapping.kms_key_arn.as_deref().is_some_and(|arn| arn != "arn:known") {
            return Err(refused("KMS.NotFoundException"));
        }
        Ok([bound(wrapping), key.to_vec()].concat())
    }

    fn unwrap(&self, wrapping: &Wrapping, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, ObjectError> {
        let key = wrapped.strip_prefix(&bound(wrapping)[..]).and_then(|key| key.try_into().ok());
        key.map(Zeroizing::new).ok_or_else(|| refused("KMS.InvalidCiphertextException"))
    }
}
