// Calls of Cairn's own routes, `/v1/…`, signed like every other.
import { SignatureV4 } from "@smithy/signature-v4";
import { cloudTrail, credentialsNow, HOME_REGION } from "./session.ts";

export interface Call {
  query?: Record<string, string>;
  body?: unknown;
  signal?: AbortSignal;
}

/** What a route refused, named as its `x-amzn-errortype` names it. */
export class Refused extends Error {
  /** Whether asking again may help. */
  readonly isOfServer: boolean;

  constructor(name: string, message: string, status: number) {
    super(message);
    this.name = name;
    this.isOfServer = status >= 500 || status === 429;
  }
}

/** The answer of a route, whose body is not read yet. Throws an error with the server's code as its name. */
export async function answerOf(method: "GET" | "POST", path: string, { query = {}, body, signal }: Call = {}): Promise<Response> {
  const { host, hostname, port, protocol, origin } = window.location;
  const given = body === undefined ? "" : JSON.stringify(body);
  const signer = new SignatureV4({ credentials: credentialsNow(), region: HOME_REGION, service: "cloudtrail", sha256: cloudTrail(HOME_REGION).config.sha256 });
  const headers: Record<string, string> = body === undefined ? { host } : { host, "content-type": "application/json" };
  const signed = await signer.sign({ method, protocol, hostname, ...(port !== "" && { port: Number(port) }), path, query, headers, body: given });
  const { host: _, ...sent } = signed.headers;
  const search = new URLSearchParams(query).toString().replaceAll("+", "%20");
  const answer = await fetch(`${origin}${path}${search === "" ? "" : `?${search}`}`, {
    method,
    headers: sent,
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    ...(signal !== undefined && { signal }),
    ...(body !== undefined && { body: given }),
  });
  if (!answer.ok) throw await refusalOf(answer);
  return answer;
}

/** A server that says nothing for so long is taken for one that does not answer. */
const SILENCE_MILLISECONDS = 60_000;

/** What ends a call: its own signal, or silence. Not for routes that answer for as long as they work. */
export function untilSilence(signal?: AbortSignal): AbortSignal {
  const silence = AbortSignal.timeout(SILENCE_MILLISECONDS);
  return signal === undefined ? silence : AbortSignal.any([signal, silence]);
}

/** The answer of a route as JSON. */
export async function ask<T>(method: "GET" | "POST", path: string, call: Call = {}): Promise<T> {
  return (await answerOf(method, path, { ...call, signal: untilSilence(call.signal) })).json() as Promise<T>;
}

async function refusalOf(answer: Response): Promise<Error> {
  const name = answer.headers.get("x-amzn-errortype")?.split(":")[0] ?? "Error";
  const body: unknown = await answer.json().catch(() => undefined);
  const { message } = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  return new Refused(name, typeof message === "string" ? message : `${answer.status} ${answer.statusText}`, answer.status);
}
