"""Begins an upload through a gateway, says so, and waits for the end of its input: ADDRESS BUCKET KEY."""

import socket
import sys
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

address, bucket, key = sys.argv[1:]
config = Config(signature_version="s3v4", s3={"addressing_style": "path"})
client = boto3.client("s3", endpoint_url=f"http://{address}", config=config)
url = urlsplit(client.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": key}))
host, port = address.split(":")
with socket.create_connection((host, int(port))) as connection:
    head = f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Length: 10000000\r\n\r\n"
    connection.sendall(head.encode() + b"x" * 100_000)
    print("begun", flush=True)
    sys.stdin.read()
