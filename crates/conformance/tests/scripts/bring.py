"""Sends a file to `POST /v1/events`, with the query and the content encoding given; prints the answer as JSON."""

import json
import sys

from signed import Client

path, query, encoding = sys.argv[1:]
headers = {"Content-Encoding": encoding} if encoding else {}
target = "/v1/events" + (f"?{query}" if query else "")
with open(path, "rb") as body:
    status, _, answer = Client(timeout=120).send("POST", target, body.read(), headers)
print(json.dumps({"status": status, "body": json.loads(answer)}))
