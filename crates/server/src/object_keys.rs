//! The keys of encrypted objects: the store's own lie under the master key, the others under keys of the built-in kms.

use async_trait::async_trait;
use cairn_environment::Random;
use cairn_kms::{Kms, KmsError, MasterKey, Place};
use cairn_model::{AccountId, Region};
use cairn_objects::{DataKeys, ObjectError, Wrapping};
use zeroize::Zeroizing;

/// Wraps the keys of objects.
#[derive(Debug)]
pub(crate) struct ObjectKeys {
    pub(crate) master: MasterKey,
    /// Without it, only objects under the store's own key can be read.
    pub(crate) kms: Option<Kms>,
    pub(crate) random: Random,
}

const S3_ALIAS: &str = "alias/aws/s3";
const S3_DESCRIPTION: &str = "Default key that protects my S3 objects when no other key is defined";

#[async_trait]
impl DataKeys for ObjectKeys {
    async fn kms_key(&self, owner: AccountId, region: &Region, reference: Option<&str>) -> Result<String, ObjectError> {
        let place = Place { account: owner, region: region.clone() };
        let kms = self.kms()?;
        let found = match reference {
            None | Some(S3_ALIAS) => kms.service_key(&place, S3_ALIAS, S3_DESCRIPTION).await,
            Some(reference) => kms.find(&place, reference),
        };
        found.map(|key| key.arn()).map_err(refused)
    }

    fn wrap(&self, wrapping: &Wrapping, key: &[u8; 32]) -> Result<Vec<u8>, ObjectError> {
        let Some(arn) = &wrapping.kms_key_arn else {
            return self.master.wrap(&bound(wrapping), key, &self.random).map_err(refused);
        };
        let kms = self.kms()?;
        let wrapping_key = kms.find(&place_of(arn)?, arn).map_err(refused)?;
        kms.encrypt(&wrapping_key, key, &wrapping.context).map_err(refused)
    }

    fn unwrap(&self, wrapping: &Wrapping, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, ObjectError> {
        let Some(arn) = &wrapping.kms_key_arn else {
            return self.master.unwrap(&bound(wrapping), wrapped).map_err(refused);
        };
        let opened = self.kms()?.decrypt(&place_of(arn)?, wrapped, &wrapping.context).map_err(refused)?;
        let key: Result<[u8; 32], _> = opened.plaintext.as_slice().try_into();
        key.map(Zeroizing::new).map_err(|_| refused(KmsError::InvalidCiphertext))
    }
}

impl ObjectKeys {
    fn kms(&self) -> Result<&Kms, ObjectError> {
        self.kms.as_ref().ok_or_else(|| ObjectError::Other {
            code: "KMS.KeyUnavailableException".to_owned(),
            reason: "the keys of kms are not at hand".to_owned(),
        })
    }
}

/// What the store's own key binds an object's key to: where the object stands.
fn bound(wrapping: &Wrapping) -> Vec<u8> {
    let pairs = wrapping.context.iter().map(|(name, value)| format!("{}:{name}{}:{value}", name.len(), value.len()));
    format!("cairn-object:{}", pairs.collect::<String>()).into_bytes()
}

/// Where a key with this ARN lives.
pub(crate) fn place_of(arn: &str) -> Result<Place, ObjectError> {
    let mut parts = arn.split(':').skip(3);
    let region = parts.next().and_then(|region| Region::parse(region).ok());
    let account = parts.next().and_then(|account| AccountId::parse(account).ok());
    let place = region.zip(account).map(|(region, account)| Place { account, region });
    place.ok_or_else(|| refused(KmsError::NotFound(format!("Invalid arn {arn}"))))
}

/// As S3 names the errors of kms.
#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn refused(error: KmsError) -> ObjectError {
    let code = match &error {
        KmsError::NotFound(_) => "KMS.NotFoundException",
        KmsError::NotYours { .. } | KmsError::ManagedByAws { .. } | KmsError::ReservedAlias => "AccessDenied",
        KmsError::Disabled { .. } => "KMS.DisabledException",
        KmsError::PendingDeletion { .. } | KmsError::NotPendingDeletion { .. } => "KMS.KMSInvalidStateException",
        KmsError::InvalidCiphertext | KmsError::IncorrectKey => "KMS.InvalidCiphertextException",
        KmsError::AliasExists { .. } | KmsError::InvalidAliasName | KmsError::Database(_) | KmsError::Closed => {
            "InternalError"
        }
    };
    ObjectError::Other { code: code.to_owned(), reason: error.to_string() }
}
