"""Updates a trail with boto3, for members that the AWS CLI does not know. Arguments: the members as JSON."""

import json
import sys

import boto3

boto3.client("cloudtrail").update_trail(**json.loads(sys.argv[1]))
