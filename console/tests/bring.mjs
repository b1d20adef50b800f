// What the judge needs of a server besides CloudTrail's own client: events brought in, a bucket, calls of IAM and of Cairn's own routes.
import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";

/** Node's SHA-256 as the signer wants it. */
class Sha256 {
  constructor(secret) {
    this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret);
  }

  update(data) {
    this.hash.update(data);
  }

  async digest() {
    return this.hash.digest();
  }
}

async function signed({ url, credentials, service, method, path, body, type, target }) {
  const { host, hostname, port, protocol } = new URL(url);
  const signer = new SignatureV4({ credentials, region: "us-east-1", service, sha256: Sha256, uriEscapePath: service !== "s3" });
  const hash = new Sha256();
  hash.update(body);
  const digest = Buffer.from(await hash.digest()).toString("hex");
  const headers = { host, "content-type": type, "x-amz-content-sha256": digest, ...(target !== undefined && { "x-amz-target": target }) };
  const request = await signer.sign({ method, protocol, hostname, port: Number(port), path, query: {}, headers, body });
  delete request.headers.host;
  const answer = await fetch(`${url}${path}`, { method, headers: request.headers, ...(body !== "" && { body }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
  return text;
}

export async function bring({ url, credentials, events }) {
  const body = JSON.stringify({ Records: events });
  const text = await signed({ url, credentials, service: "cloudtrail", method: "POST", path: "/v1/events", body, type: "application/json" });
  return JSON.parse(text);
}

export async function makeBucket({ url, credentials, name }) {
  await signed({ url, credentials, service: "s3", method: "PUT", path: `/${name}`, body: "", type: "application/xml" });
}

/** A call of IAM, whose answer is XML. */
export async function iam({ url, credentials, action, parameters = {} }) {
  const body = new URLSearchParams({ Action: action, Version: "2010-05-08", ...parameters }).toString();
  return signed({ url, credentials, service: "iam", method: "POST", path: "/", body, type: "application/x-www-form-urlencoded" });
}

/** A call of Organizations. */
export async function organizations({ url, credentials, operation, parameters = {} }) {
  const target = `AWSOrganizationsV20161128.${operation}`;
  const body = JSON.stringify(parameters);
  return JSON.parse(await signed({ url, credentials, service: "organizations", method: "POST", path: "/", body, type: "application/x-amz-json-1.1", target }));
}

/** A page of `/v1/search`, or another answer of Cairn's own routes. */
export async function askRoute({ url, credentials, path, body }) {
  const text = await signed({ url, credentials, service: "cloudtrail", method: "POST", path, body: JSON.stringify(body), type: "application/json" });
  return JSON.parse(text);
}
