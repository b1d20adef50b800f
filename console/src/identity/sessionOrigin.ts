// What the server's own events tell of a session: where it came from, and what it was limited to when it was given.
import { at, type ShownEvent, textAt } from "../events/event.ts";
import { newest } from "../events/lookup.ts";
import { searchFor, windowOf } from "../events/search.ts";

export interface Origin {
  /** The newest event of the session, which names its chain. */
  latest: ShownEvent | undefined;
  /** The call that gave its credentials. */
  given: ShownEvent | undefined;
}

async function one(field: string, value: string, signal: AbortSignal): Promise<ShownEvent | undefined> {
  const search = searchFor([field, value]);
  return (await newest(search, windowOf(search), 1, signal))[0];
}

export async function originOf(accessKeyId: string, signal: AbortSignal): Promise<Origin> {
  const [latest, given] = await Promise.all([
    one("accessKeyId", accessKeyId, signal),
    one("responseElements.credentials.accessKeyId", accessKeyId, signal),
  ]);
  return { latest, given };
}

export interface Limits {
  policy: string | undefined;
  policyArns: string[];
  tags: { key: string; value: string; isPassedOn: boolean }[];
  sourceIdentity: string | undefined;
  /** Undefined where no event says it. */
  hasMfa: boolean | undefined;
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export function limitsOf({ latest, given }: Origin): Limits {
  const asked = at(given?.record, "requestParameters");
  const mfa = textAt(latest?.record, "userIdentity", "sessionContext", "attributes", "mfaAuthenticated");
  const passedOn = list(at(asked, "transitiveTagKeys"));
  const tags = list(at(asked, "tags")).flatMap((tag) => {
    const key = textAt(tag, "key");
    return key === undefined ? [] : [{ key, value: textAt(tag, "value") ?? "", isPassedOn: passedOn.includes(key) }];
  });
  return {
    policy: textAt(asked, "policy"),
    policyArns: list(at(asked, "policyArns")).flatMap((arn) => (typeof arn === "string" ? arn : (textAt(arn, "arn") ?? []))),
    tags,
    sourceIdentity: textAt(latest?.record, "userIdentity", "sessionContext", "sourceIdentity") ?? textAt(asked, "sourceIdentity"),
    hasMfa: mfa === undefined ? undefined : mfa === "true",
  };
}

/** The page of the user or role whose policies count, by the session's ARN; none for the root. */
export function principalOf(arn: string): { kind: "users" | "roles"; name: string } | undefined {
  const [, kind, rest = ""] = /:(user|assumed-role|federated-user)\/(.+)$/.exec(arn) ?? [];
  if (kind === "user") return { kind: "users", name: rest.split("/").pop() ?? rest };
  if (kind === "assumed-role") return { kind: "roles", name: rest.split("/")[0] ?? rest };
  return undefined;
}
