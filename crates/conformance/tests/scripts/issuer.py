"""A small OpenID Connect provider: its documents, its login page, and its token endpoint, which checks PKCE."""

import base64
import hashlib
import http.server
import json
import secrets
import ssl
import threading
import time
import urllib.parse

from joserfc import jwk, jwt

CLIENT_ID, CLIENT_SECRET = "console", "a secret: +&%"


class Issuer:
    """Serves on a port of this machine until the process ends; over TLS with the files of a certificate and its key."""

    def __init__(self, port, tls=None):
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        self.key = jwk.ECKey.generate_key("P-256", {"kid": "first", "use": "sig"})
        self.codes = {}
        # Claims of the next token that people get, beside the usual ones or instead of them.
        self.claims = {}
        self.signing_key = self.key
        self.refused = []
        handler = type("Handler", (Handler,), {"issuer": self})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def token(self, **claims):
        now = int(time.time())
        usual = {"iss": self.url, "aud": "sts.amazonaws.com", "sub": "nina", "iat": now, "exp": now + 300}
        return jwt.encode({"alg": "ES256", "kid": "first"}, usual | claims, self.signing_key, algorithms=["ES256"])

    def documents(self):
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.url,
                "jwks_uri": self.url + "/keys",
                "authorization_endpoint": self.url + "/login?theme=plain",
                "token_endpoint": self.url + "/token",
            },
            "/keys": {"keys": [self.key.as_dict(private=False)]},
        }

    def log_in(self, query):
        """Where the browser of somebody goes who is who the test says."""
        asked = dict(urllib.parse.parse_qsl(query))
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT_ID, asked
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split(), asked
        assert asked["theme"] == "plain", asked
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        back = urllib.parse.urlencode({"code": code, "state": asked["state"], "iss": self.url})
        return f"{asked['redirect_uri']}?{back}"

    def exchange(self, form, authorization):
        """The status and the JSON for a code, which counts once."""
        given = dict(urllib.parse.parse_qsl(form))
        asked = self.codes.pop(given.get("code"), None)
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        pair = [urllib.parse.unquote_plus(part) for part in pair.split(":")]
        challenge = base64.urlsafe_b64encode(hashlib.sha256(given["code_verifier"].encode()).digest()).rstrip(b"=")
        problems = {
            "code": asked is None,
            "client": pair != [CLIENT_ID, CLIENT_SECRET],
            "verifier": asked is not None and challenge.decode() != asked["code_challenge"],
            "redirect_uri": asked is not None and given["redirect_uri"] != asked["redirect_uri"],
        }
        wrong = [name for name, is_wrong in problems.items() if is_wrong]
        if wrong:
            self.refused.append(wrong)
            return 400, {"error": "invalid_grant"}
        usual = {"aud": CLIENT_ID, "nonce": asked["nonce"], "email": "nina@acme.example", "groups": ["staff"]}
        return 200, {"id_token": self.token(**(usual | self.claims)), "access_token": "unused", "token_type": "Bearer"}


class Handler(http.server.BaseHTTPRequestHandler):
    issuer = None

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path == "/login":
            self.send_response(302)
            self.send_header("Location", self.issuer.log_in(query))
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.answer(200, self.issuer.documents()[path])

    def do_POST(self):
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(*self.issuer.exchange(form, self.headers.get("Authorization", "")))

    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
