"""Selectors, Insights selectors and event configuration as boto3 sees them, every error included."""

import uuid

import boto3
from botocore.config import Config
from expect import refused, run

# Without the client's own checks, so that the server's are seen.
cloudtrail = boto3.client("cloudtrail", config=Config(parameter_validation=False))
abroad = boto3.client("cloudtrail", region_name="eu-west-1")
s3 = boto3.client("s3")

BUCKET = "selector-logs"
ARN = "arn:aws:cloudtrail:us-east-1:123456789012:trail/"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:resize"
BAD_SELECTORS = "InvalidEventSelectorsException"
BAD_INSIGHTS = "InvalidInsightSelectorsException"
COMBINATION = "InvalidParameterCombinationException"
WRONG = "InvalidParameterException"


def made(**more):
    """A new trail with a name of its own."""
    name = "t" + uuid.uuid4().hex[:12]
    cloudtrail.create_trail(Name=name, S3BucketName=BUCKET, **more)
    return name


def dropped(*names):
    for name in names:
        cloudtrail.delete_trail(Name=name)


def field(name, **operators):
    return {"Field": name, **operators}


def category(name):
    return field("eventCategory", Equals=[name])


def data(kind, *more):
    return [{"FieldSelectors": [category("Data"), field("resources.type", Equals=[kind]), *more]}]


def network(*more):
    return [{"FieldSelectors": [category("NetworkActivity"), *more]}]


def basic_selectors_of_every_kind_are_kept():
    name = made()
    wanted = [
        {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True, "ExcludeManagementEventSources": ["kms.amazonaws.com"],
         "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::photos/2026", "arn:aws:s3:::logs/"]}]},
        {"ReadWriteType": "All", "IncludeManagementEvents": False, "ExcludeManagementEventSources": [],
         "DataResources": [{"Type": "AWS::Lambda::Function", "Values": ["arn:aws:lambda"]},
                           {"Type": "AWS::DynamoDB::Table", "Values": ["arn:aws:dynamodb:us-east-1:123456789012:table/t"]}]},
    ]
    answer = cloudtrail.put_event_selectors(TrailName=name, EventSelectors=wanted)
    assert answer["EventSelectors"] == wanted and "AdvancedEventSelectors" not in answer, answer
    assert cloudtrail.get_event_selectors(TrailName=ARN + name)["EventSelectors"] == wanted
    assert cloudtrail.get_trail(Name=name)["Trail"]["HasCustomEventSelectors"] is True
    dropped(name)


def advanced_selectors_are_echoed_as_given_and_shown_in_order():
    name = made()
    fields = [field("resources.type", Equals=["AWS::S3::Object"]), field("resources.ARN", StartsWith=["arn:aws:s3:::a/"]),
              field("readOnly", Equals=["false"]), category("Data")]
    wanted = [{"Name": "writes", "FieldSelectors": fields}]
    answer = cloudtrail.put_event_selectors(TrailName=name, AdvancedEventSelectors=wanted)
    assert answer["AdvancedEventSelectors"] == wanted and "EventSelectors" not in answer, answer
    shown = cloudtrail.get_event_selectors(TrailName=name)
    assert "EventSelectors" not in shown, shown
    order = [f["Field"] for f in shown["AdvancedEventSelectors"][0]["FieldSelectors"]]
    assert order == ["eventCategory", "readOnly", "resources.ARN", "resources.type"], order
    assert cloudtrail.get_trail(Name=name)["Trail"]["HasCustomEventSelectors"] is True
    cloudtrail.put_event_selectors(TrailName=name, EventSelectors=[{"ReadWriteType": "All"}])
    assert "AdvancedEventSelectors" not in cloudtrail.get_event_selectors(TrailName=name)
    assert cloudtrail.get_trail(Name=name)["Trail"]["HasCustomEventSelectors"] is False
    dropped(name)


def every_broken_rule_of_basic_selectors_is_refused():
    name = made()
    before = cloudtrail.get_event_selectors(TrailName=name)["EventSelectors"]
    objects = [f"arn:aws:s3:::b/{number}" for number in range(251)]
    for bad in [
        [], [{}] * 6, [{"ReadWriteType": "readonly"}], [{"ExcludeManagementEventSources": ["s3.amazonaws.com"]}],
        [{"IncludeManagementEvents": False, "ExcludeManagementEventSources": ["kms.amazonaws.com"]}],
        [{"DataResources": [{"Type": "AWS::IAM::Role", "Values": []}]}], [{"DataResources": [{}]}],
        [{"DataResources": [{"Type": "AWS::S3::Object", "Values": ["photos"]}]}],
        [{"DataResources": [{"Type": "AWS::Lambda::Function", "Values": [FUNCTION + ":3"]}]}],
        [{"DataResources": [{"Type": "AWS::DynamoDB::Table", "Values": ["table"]}]}],
        [{"DataResources": [{"Type": "AWS::S3::Object", "Values": objects}]}],
    ]:
        refused(BAD_SELECTORS, cloudtrail.put_event_selectors, TrailName=name, EventSelectors=bad)
    refused(BAD_SELECTORS, cloudtrail.put_event_selectors, TrailName=name)
    refused(BAD_SELECTORS, cloudtrail.put_event_selectors, TrailName=name, EventSelectors=[{}],
            AdvancedEventSelectors=[{"FieldSelectors": [category("Management")]}])
    assert cloudtrail.get_event_selectors(TrailName=name)["EventSelectors"] == before
    all_objects = [{"Type": "AWS::S3::Object", "Values": [*objects[:250], "arn:aws:s3"]}]
    cloudtrail.put_event_selectors(TrailName=name, EventSelectors=[{"DataResources": all_objects}])
    dropped(name)


def every_broken_rule_of_advanced_selectors_is_refused():
    name = made()
    s3_object = "AWS::S3::Object"
    source = field("eventSource", Equals=["s3.amazonaws.com"])
    for bad in [
        [{}], [{"FieldSelectors": []}], [{"Name": "n" * 1001, "FieldSelectors": [category("Management")]}],
        [{"FieldSelectors": [category("Management"), category("Management")]}],
        [{"FieldSelectors": [category("Management"), field("colour", Equals=["red"])]}],
        [{"FieldSelectors": [category("Management"), field("readOnly")]}],
        [{"FieldSelectors": [category("Management"), field("readOnly", Equals=[])]}],
        [{"FieldSelectors": [category("Insight")]}], [{"FieldSelectors": [source]}],
        [{"FieldSelectors": [field("eventCategory", NotEquals=["Data"])]}],
        [{"FieldSelectors": [field("eventCategory", Equals=["Data", "Management"])]}],
        [{"FieldSelectors": [category("Management"), field("eventName", Equals=["x"])]}],
        [{"FieldSelectors": [category("Management"), source]}],
        [{"FieldSelectors": [category("Management"), field("eventSource", NotEquals=["s3.amazonaws.com"])]}],
        [{"FieldSelectors": [category("Data")]}],
        data(s3_object, field("readOnly", Equals=["yes"])), data(s3_object, field("readOnly", NotEquals=["true"])),
        data(s3_object, field("errorCode", Equals=["VpceAccessDenied"])),
        data(s3_object, field("eventName", Equals=[""])), data(s3_object, field("eventName", Equals=["x" * 2049])),
        data(s3_object, field("eventName", Equals=[f"name-{number}" for number in range(499)])),
        data(s3_object, field("sessionCredentialFromConsole", StartsWith=["t"])),
        data(s3_object, field("resources.ARN", Equals=["photos/1"])),
        [{"FieldSelectors": [category("Data"), field("resources.type", Equals=[s3_object, "AWS::SQS::Queue"])]}],
        [{"FieldSelectors": [category("Data"), field("resources.type", StartsWith=["AWS::S3"])]}],
        network(), network(field("eventSource", Equals=["nothing.amazonaws.com"])),
        network(field("eventSource", Equals=["s3.amazonaws.com", "kms.amazonaws.com"])),
        network(source, field("errorCode", Equals=["AccessDenied"])), network(source, field("readOnly", Equals=["true"])),
    ]:
        refused(BAD_SELECTORS, cloudtrail.put_event_selectors, TrailName=name, AdvancedEventSelectors=bad)
    said = refused(BAD_SELECTORS, cloudtrail.put_event_selectors, TrailName=name, AdvancedEventSelectors=data("AWS::IAM::Role"))
    assert said == "The resources.type field value is not valid.", said
    arn = FUNCTION + ":$LATEST"
    bad = data("AWS::Lambda::Function", field("resources.ARN", NotEquals=[arn]))
    said = refused(BAD_SELECTORS, cloudtrail.put_event_selectors, TrailName=name, AdvancedEventSelectors=bad)
    assert said == f"The specified ARN {arn} is not valid. Verify that the ARN is properly formatted.", said
    assert "EventSelectors" in cloudtrail.get_event_selectors(TrailName=name)
    dropped(name)


def names_and_regions_are_checked():
    name = made(IsMultiRegionTrail=True)
    selectors = [{"ReadWriteType": "All"}]
    insights = [{"InsightType": "ApiCallRateInsight"}]
    for trail, code in [("ab", "InvalidTrailNameException"), ("arn:x", "CloudTrailARNInvalidException"),
                        ("nobody", "TrailNotFoundException")]:
        refused(code, cloudtrail.put_event_selectors, TrailName=trail, EventSelectors=selectors)
        refused(code, cloudtrail.get_event_selectors, TrailName=trail)
        refused(code, cloudtrail.put_insight_selectors, TrailName=trail, InsightSelectors=insights)
        refused(code, cloudtrail.get_insight_selectors, TrailName=trail)
        refused(code, cloudtrail.put_event_configuration, TrailName=trail, AggregationConfigurations=[])
        refused(code, cloudtrail.get_event_configuration, TrailName=trail)
    at_home = "InvalidHomeRegionException"
    refused(at_home, abroad.put_event_selectors, TrailName=name, EventSelectors=selectors)
    refused(at_home, abroad.put_insight_selectors, TrailName=name, InsightSelectors=insights)
    refused(at_home, abroad.put_event_configuration, TrailName=name, AggregationConfigurations=[])
    assert abroad.get_event_selectors(TrailName=name)["TrailARN"] == ARN + name
    dropped(name)


def insights_are_switched_on_and_off():
    name = made()
    text = (f"Trail {ARN + name} does not have Insights enabled. "
            "Edit the trail settings to enable Insights, and then try the operation again.")
    assert refused("InsightNotEnabledException", cloudtrail.get_insight_selectors, TrailName=name) == text
    wanted = [{"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiErrorRateInsight", "EventCategories": ["Management"]}]
    answer = cloudtrail.put_insight_selectors(TrailName=name, InsightSelectors=wanted)
    assert answer["TrailARN"] == ARN + name and answer["InsightSelectors"] == wanted, answer
    assert cloudtrail.get_insight_selectors(TrailName=name)["InsightSelectors"] == wanted
    assert cloudtrail.describe_trails(trailNameList=[name])["trailList"][0]["HasInsightSelectors"] is True
    for bad in [[{}], [{"InsightType": "Rate"}], wanted[:1] * 2, [{**wanted[0], "EventCategories": ["Network"]}],
                [{**wanted[0], "EventCategories": []}], [{**wanted[0], "EventCategories": ["Data"]}]]:
        refused(BAD_INSIGHTS, cloudtrail.put_insight_selectors, TrailName=name, InsightSelectors=bad)
    refused(WRONG, cloudtrail.put_insight_selectors, TrailName=name)
    cloudtrail.put_event_selectors(TrailName=name, EventSelectors=[{"ReadWriteType": "ReadOnly"}])
    refused(BAD_INSIGHTS, cloudtrail.put_insight_selectors, TrailName=name, InsightSelectors=wanted[:1])
    assert cloudtrail.put_insight_selectors(TrailName=name, InsightSelectors=[])["InsightSelectors"] == []
    refused("InsightNotEnabledException", cloudtrail.get_insight_selectors, TrailName=name)
    store = "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/00000000-0000-4000-8000-000000000000"
    refused(COMBINATION, cloudtrail.put_insight_selectors, InsightSelectors=[])
    refused(COMBINATION, cloudtrail.put_insight_selectors, TrailName=name, EventDataStore=store, InsightSelectors=[])
    refused(COMBINATION, cloudtrail.put_insight_selectors, TrailName=name, InsightsDestination=store, InsightSelectors=[])
    refused(COMBINATION, cloudtrail.get_insight_selectors)
    refused(COMBINATION, cloudtrail.get_insight_selectors, TrailName=name, EventDataStore=store)
    dropped(name)


def summaries_are_asked_for_and_taken_back():
    name = made()
    wanted = [{"Templates": ["API_ACTIVITY", "USER_ACTIONS"], "EventCategory": "Data"}]
    put = cloudtrail.put_event_configuration
    refused(WRONG, put, TrailName=name, AggregationConfigurations=wanted)
    cloudtrail.put_event_selectors(TrailName=name, AdvancedEventSelectors=data("AWS::S3::Object"))
    answer = put(TrailName=name, AggregationConfigurations=wanted)
    assert answer["TrailARN"] == ARN + name and answer["AggregationConfigurations"] == wanted, answer
    assert cloudtrail.get_event_configuration(TrailName=name)["AggregationConfigurations"] == wanted
    for bad in [[{}], wanted * 2, [{**wanted[0], "EventCategory": "Management"}], [{**wanted[0], "Templates": []}],
                [{**wanted[0], "Templates": ["api_activity"]}], [{**wanted[0], "Templates": ["API_ACTIVITY"] * 2}]]:
        refused(WRONG, put, TrailName=name, AggregationConfigurations=bad)
    refused(WRONG, put, TrailName=name)
    store = "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/00000000-0000-4000-8000-000000000000"
    refused(COMBINATION, put)
    refused(COMBINATION, put, TrailName=name, EventDataStore=store)
    refused(COMBINATION, put, TrailName=name, MaxEventSize="Large", AggregationConfigurations=[])
    refused(COMBINATION, put, EventDataStore=store, AggregationConfigurations=wanted)
    refused(COMBINATION, cloudtrail.get_event_configuration)
    refused("EventDataStoreNotFoundException", cloudtrail.get_event_configuration, EventDataStore=store)
    refused("EventDataStoreNotFoundException", put, EventDataStore=store, MaxEventSize="Large")
    refused("EventDataStoreARNInvalidException", cloudtrail.get_event_configuration, EventDataStore=ARN + name)
    assert put(TrailName=name, AggregationConfigurations=[])["AggregationConfigurations"] == []
    dropped(name)


s3.create_bucket(Bucket=BUCKET)
run(
    basic_selectors_of_every_kind_are_kept,
    advanced_selectors_are_echoed_as_given_and_shown_in_order,
    every_broken_rule_of_basic_selectors_is_refused,
    every_broken_rule_of_advanced_selectors_is_refused,
    names_and_regions_are_checked,
    insights_are_switched_on_and_off,
    summaries_are_asked_for_and_taken_back,
)
