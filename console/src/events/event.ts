// One event of the history as pages use it. Records come from strangers: nothing about their form is taken for granted.

export interface Resource {
  type: string | undefined;
  name: string;
}

export interface ShownEvent {
  id: string;
  /** Whose history has it. */
  account: string | undefined;
  time: Date | undefined;
  /** The record, read; a string when what was accepted is no JSON. */
  record: unknown;
  /** The same as it was accepted, where it was asked for. */
  text: string | undefined;
  userName: string | undefined;
  resources: Resource[];
  /** Who was behind a chain of roles, where that is known. */
  origin: unknown;
  /** The roles that were taken on the way. */
  chain: readonly unknown[];
}

/** The value at a path of members, if there is one. */
export function at(record: unknown, ...path: string[]): unknown {
  let value = record;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** The same as text: numbers and truth values are spelled out, everything else is JSON. */
export function textAt(record: unknown, ...path: string[]): string | undefined {
  const value = at(record, ...path);
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** One event of an answer of `/v1/search`. */
export function eventOf(found: unknown, text?: string): ShownEvent {
  const seconds = at(found, "eventTime");
  const resources = list(at(found, "resources")).map((resource) => ({ type: textAt(resource, "type"), name: textAt(resource, "name") ?? "" }));
  return {
    id: textAt(found, "eventId") ?? "",
    account: textAt(found, "account"),
    time: typeof seconds === "number" ? new Date(seconds * 1000) : undefined,
    record: at(found, "record"),
    text,
    userName: textAt(found, "userName"),
    resources,
    origin: at(found, "originPrincipal"),
    chain: list(at(found, "chain")),
  };
}

/** The record as text: as it was accepted, or written anew. */
export function recordText({ text, record }: ShownEvent): string {
  return text ?? (typeof record === "string" ? record : JSON.stringify(record) ?? "");
}
