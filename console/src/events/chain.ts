// How the caller of an event came to be: from the first identity that the record names to the session that called.
import { type ShownEvent, textAt } from "./event.ts";
import type { Kind } from "./who.ts";

export interface Link {
  kind: Kind;
  value: string;
}

export function chainOf({ record, origin, chain }: ShownEvent): Link[] {
  const links: [Kind, string | undefined][] = [
    ["callerArn", textAt(origin, "arn")],
    ...chain.map((step): [Kind, string | undefined] => ["callerArn", textAt(step, "arn")]),
    ["userName", textAt(record, "userIdentity", "sessionContext", "sourceIdentity")],
    ["role", textAt(record, "userIdentity", "sessionContext", "sessionIssuer", "arn")],
    ["callerArn", textAt(record, "userIdentity", "arn")],
    ["accessKeyId", textAt(record, "userIdentity", "accessKeyId")],
  ];
  const seen = new Set<string>();
  return links.flatMap(([kind, value]) => {
    if (value === undefined || value === "" || seen.has(value)) return [];
    seen.add(value);
    return [{ kind, value }];
  });
}
