// An OpenID Connect provider as small as can be, on this machine: its documents, a page with links, and a token endpoint that checks PKCE.
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer } from "node:http";

/** As the server's settings have them. */
const CLIENT_ID = "console";
const CLIENT_SECRET = "a secret: +&%";

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Listens until it is closed. `url` is the issuer; `subject` who signs in. */
export class Provider {
  /** Codes that were given and not used yet, with what they were asked with. */
  #codes = new Map();
  #key = generateKeyPairSync("ec", { namedCurve: "P-256" });
  /** Of this key alone: servers keep the keys that they know. */
  #keyId = randomUUID();
  subject = "nina";
  groups = ["staff"];

  async open(port) {
    this.url = `http://127.0.0.1:${port}`;
    this.#server = createServer((request, answer) => this.#serve(request, answer));
    await new Promise((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    return this;
  }

  #server;

  close() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request, answer) {
    const { pathname, search, searchParams } = new URL(request.url, this.url);
    const json = (status, value) => answer.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    if (pathname === "/.well-known/openid-configuration") {
      return json(200, { issuer: this.url, jwks_uri: `${this.url}/keys`, authorization_endpoint: `${this.url}/login`, token_endpoint: `${this.url}/token` });
    }
    if (pathname === "/keys") return json(200, { keys: [{ ...this.#key.publicKey.export({ format: "jwk" }), kid: this.#keyId, use: "sig" }] });
    if (pathname === "/token") {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      return json(...this.#exchange(new URLSearchParams(Buffer.concat(chunks).toString()), request.headers.authorization ?? ""));
    }
    if (pathname === "/login") return answer.writeHead(200, { "Content-Type": "text/html" }).end(this.#page(search));
    if (!["/allow", "/refuse", "/confuse"].includes(pathname)) return json(404, {});
    return answer.writeHead(302, { Location: this.#back(pathname.slice(1), searchParams) }).end();
  }

  #page(search) {
    const query = search.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    const link = (path, text) => `<p><a href="/${path}${query}">${text}</a></p>`;
    return `<!doctype html><title>Provider</title><link rel="icon" href="data:,"><h1>Who are you?</h1>${link("allow", "Nina")}${link("refuse", "Nobody")}${link("confuse", "Somebody of another window")}`;
  }

  /** Where the browser goes next. */
  #back(choice, asked) {
    assert.equal(asked.get("response_type"), "code");
    assert.equal(asked.get("client_id"), CLIENT_ID);
    assert.equal(asked.get("code_challenge_method"), "S256");
    const back = new URL(asked.get("redirect_uri"));
    back.searchParams.set("state", choice === "confuse" ? "another" : asked.get("state"));
    back.searchParams.set("iss", this.url);
    if (choice === "refuse") back.searchParams.set("error", "access_denied");
    else {
      const code = randomUUID();
      this.#codes.set(code, asked);
      back.searchParams.set("code", code);
    }
    return back.href;
  }

  #exchange(given, authorization) {
    const asked = this.#codes.get(given.get("code"));
    this.#codes.delete(given.get("code"));
    const pair = Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString().split(":").map((part) => decodeURIComponent(part.replaceAll("+", " ")));
    const challenge = createHash("sha256").update(given.get("code_verifier") ?? "").digest("base64url");
    const isRight = asked !== undefined && pair[0] === CLIENT_ID && pair[1] === CLIENT_SECRET && challenge === asked.get("code_challenge");
    if (!isRight) return [400, { error: "invalid_grant" }];
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: this.url, aud: CLIENT_ID, sub: this.subject, iat: now, exp: now + 300, nonce: asked.get("nonce"), email: `${this.subject}@acme.example`, groups: this.groups };
    const body = `${encoded({ alg: "ES256", kid: this.#keyId })}.${encoded(claims)}`;
    this.token = `${body}.${sign("sha256", Buffer.from(body), { key: this.#key.privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
    return [200, { id_token: this.token, access_token: "unused", token_type: "Bearer" }];
  }
}
