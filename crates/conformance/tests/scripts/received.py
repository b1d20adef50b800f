"""What a queue has received since it was last asked, and the eventIDs of a log stream in their order, as JSON.

Arguments: the queue, the log group, the log stream.
"""

import json
import os
import sys

import boto3

queue_name, group, stream = sys.argv[1:]

# Queues have an old address that is preferred to the variable.
sqs = boto3.client("sqs", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
url = sqs.get_queue_url(QueueName=queue_name)["QueueUrl"]
messages = []
while True:
    batch = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    if not batch:
        break
    messages += [message["Body"] for message in batch]
    entries = [{"Id": str(at), "ReceiptHandle": message["ReceiptHandle"]} for at, message in enumerate(batch)]
    sqs.delete_message_batch(QueueUrl=url, Entries=entries)

logs = boto3.client("logs")
event_ids, token = [], {}
while True:
    page = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True, **token)
    if not page["events"]:
        break
    for event in page["events"]:
        assert "\n" not in event["message"]
        event_ids.append(json.loads(event["message"])["eventID"])
    token = {"nextToken": page["nextForwardToken"]}

print(json.dumps({"messages": messages, "event_ids": event_ids}))
