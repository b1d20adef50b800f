// What to look for: conditions that a link carries, and how the server is asked for them.
import { askedName } from "./fields.ts";

/** Equal, contains, begins with, and their negations. */
export const OPERATORS = ["=", "!=", ":", "!:", "^", "!^"] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Condition {
  /** Undefined: anywhere in the record. */
  field: string | undefined;
  operator: Operator;
  value: string;
}

export interface Filter {
  joined: "and" | "or";
  conditions: readonly Condition[];
}

export const NO_FILTER: Filter = { joined: "and", conditions: [] };

/** Whether a call failed. It is no member of a record: one that failed has an error code. */
export const RESULT = "result";
export const RESULTS = ["failed", "succeeded"] as const;

/** Most conditions of one search. */
export const CONDITIONS_MAX = 20;
const CHARACTERS_MAX = 2000;
const WRITTEN = /^([\w.-]+|\*)(!=|!:|!\^|=|:|\^)(.*)$/su;

const isOperator = (text: string): text is Operator => (OPERATORS as readonly string[]).includes(text);

/** Reads one condition, `eventName=CreateTrail`; nothing when it is none. */
export function readCondition(text: string): Condition | undefined {
  const [, name, operator, value] = WRITTEN.exec(text) ?? [];
  if (name === undefined || operator === undefined || value === undefined || !isOperator(operator)) return undefined;
  if (value === "" || value.length > CHARACTERS_MAX) return undefined;
  if (name === "*") return operator === ":" || operator === "!:" ? { field: undefined, operator, value } : undefined;
  if (name === RESULT) return /^!?=$/.test(operator) && (RESULTS as readonly string[]).includes(value) ? { field: name, operator, value } : undefined;
  return askedName(name) === undefined ? undefined : { field: name, operator, value };
}

/** The filter of an address, and what in it could not be read. */
export function readFilter(query: URLSearchParams): { filter: Filter; unread: string[] } {
  const written = query.getAll("q");
  const conditions: Condition[] = [];
  const unread: string[] = written.slice(CONDITIONS_MAX);
  for (const text of written.slice(0, CONDITIONS_MAX)) {
    const condition = readCondition(text);
    if (condition === undefined) unread.push(text);
    else conditions.push(condition);
  }
  return { filter: { joined: query.get("join") === "or" ? "or" : "and", conditions }, unread };
}

/** Writes a filter into an address, in place of the one that is there. */
export function writeFilter(query: URLSearchParams, filter: Filter): void {
  query.delete("q");
  query.delete("join");
  for (const { field, operator, value } of filter.conditions.slice(0, CONDITIONS_MAX)) {
    query.append("q", `${field ?? "*"}${operator}${value}`);
  }
  if (filter.joined === "or") query.set("join", "or");
}

/** A condition as `/v1/search` takes it. */
export type Asked =
  | { and: Asked[] }
  | { or: Asked[] }
  | { not: Asked }
  | { field: string; op: string; values?: string[]; ignoreCase?: true };

/** The whole filter for the server; undefined when every event meets it. */
export function askedOf({ joined, conditions }: Filter): Asked | undefined {
  const asked = conditions.map(askedCondition);
  if (asked.length < 2) return asked[0];
  return joined === "or" ? { or: asked } : { and: asked };
}

function askedCondition({ field, operator, value }: Condition): Asked {
  const found = meant(field, operator.replace("!", ""), value);
  return operator.startsWith("!") ? { not: found } : found;
}

function meant(field: string | undefined, operator: string, value: string): Asked {
  if (field === RESULT) {
    const failed = { field: "errorCode", op: "exists" };
    return value === "failed" ? failed : { not: failed };
  }
  const name = field === undefined ? "*" : (askedName(field) ?? field);
  switch (operator) {
    case ":":
      return { field: name, op: "contains", values: [value], ignoreCase: true };
    case "^":
      return { field: name, op: "startsWith", values: [value], ignoreCase: true };
    default:
      return { field: name, op: "equals", values: [value] };
  }
}
