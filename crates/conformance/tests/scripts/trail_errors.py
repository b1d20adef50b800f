"""Errors that the published model lists for operations about trails and that cannot come, each with its reason.

A name stands for an error of every operation; `Operation.Error` for one of a single operation.
"""

STORES = "there are no event data stores yet"
PERMITTED = "only changes of protected trails wait"
SUPPORTED = "every request that the model allows is carried out"
OF_TRAIL = "the trail's bucket and key were checked when the trail got them"

NEVER = {
    "TrailNotProvided": "retired: AWS never gives it",
    "KmsKeyDisabled": "retired: a disabled key is KmsException",
    "CloudWatchLogsDeliveryUnavailable": "endpoints are named by the settings, for every Region",
    "CloudTrailInvalidClientTokenId": "the account of a topic elsewhere is not known",
    "NoManagementAccountSLRExists": "the role is there as soon as CloudTrail has trusted access",
    "InsufficientDependencyServiceAccessPermission": "only what makes organization trails needs permissions of organizations",
    "InsufficientIAMAccessPermission": "no service-linked role is made",
    "InvalidToken": "lists without pages pass over any token, as AWS does",
    "Conflict": "comes only where another change is quicker, which the walk sees of UpdateTrail",
    "UnsupportedOperation": SUPPORTED,
    "OperationNotPermitted": PERMITTED,
    "InactiveEventDataStore": STORES,
    "InvalidEventDataStoreStatus": STORES,
    "InvalidEventDataStoreCategory": STORES,
    "ResourcePolicyNotFound": STORES,
    "CreateTrail.InvalidParameter": "every broken rule has an error of its own",
    "UpdateTrail.InvalidEventSelectors": "selectors stay as they are, and stay good",
    "GetInsightSelectors.InvalidParameter": "what is named is a trail or is not",
    "GetEventConfiguration.InvalidParameter": "what is named is a trail or is not",
    "PutInsightSelectors.InsufficientS3BucketPolicy": OF_TRAIL,
    "PutInsightSelectors.InsufficientEncryptionPolicy": OF_TRAIL,
    "PutInsightSelectors.S3BucketDoesNotExist": OF_TRAIL,
    "PutInsightSelectors.Kms": OF_TRAIL,
    "AddTags.InvalidTrailName": "resources are named by ARNs: a bad one is CloudTrailARNInvalidException",
    "RemoveTags.InvalidTrailName": "resources are named by ARNs: a bad one is CloudTrailARNInvalidException",
    "ListTags.InvalidTrailName": "resources are named by ARNs: a bad one is CloudTrailARNInvalidException",
}
