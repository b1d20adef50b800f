"""Stands between moto's tests and two servers: Cairn answers the services that it has, moto the rest.

Arguments: the address of Cairn, the address of moto, the file that is to hold the outcomes, and what to run, as pytest
takes it. Every request goes on as it came, its Host header and so its signature untouched.
"""

import http.client
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

cairn, moto, written, *selection = sys.argv[1:]
OF_CAIRN = {"cloudtrail", "s3", "sts"}
SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/([^/]+)/aws4_request")


class Router(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def route(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        scope = SCOPE.search(self.headers.get("Authorization") or "")
        if self.path.startswith("/moto-api/"):
            # A fresh start is one of both.
            self.ask(moto, body)
            answer = self.ask(cairn, body)
        else:
            answer = self.ask(cairn if scope and scope.group(1) in OF_CAIRN else moto, body)
        status, headers, content = answer
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = route

    def ask(self, url, body):
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in ("connection", "expect"):
                connection.putheader(name, value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.getheaders(), content

    def log_message(self, *arguments):
        pass


router = ThreadingHTTPServer(("127.0.0.1", 0), Router)
threading.Thread(target=router.serve_forever, daemon=True).start()
suite = os.path.join(os.path.dirname(os.path.abspath(__file__)), "moto_suite.py")
endpoint = f"http://127.0.0.1:{router.server_port}"
sys.exit(subprocess.run([sys.executable, "-B", suite, endpoint, written, *selection]).returncode)
