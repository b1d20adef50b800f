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

export type Joined = "and" | "or";

/** Conditions that count as one among those of the filter. */
export interface Group {
  joined: Joined;
  conditions: readonly Condition[];
}

export interface Filter {
  joined: Joined;
  conditions: readonly (Condition | Group)[];
}

export const isGroup = (one: Condition | Group): one is Group => "conditions" in one;

/** Every condition, whichever group it is in. */
export const allConditions = ({ conditions }: Filter): Condition[] => conditions.flatMap((one) => (isGroup(one) ? one.conditions : [one]));

export const NO_FILTER: Filter = { joined: "and", conditions: [] };

/** Whether a call failed. It is no member of a record: one that failed has an error code. */
export const RESULT = "result";
export const RESULTS = ["failed", "succeeded"] as const;

/** Most conditions of one search, in groups or not. */
export const CONDITIONS_MAX = 50;
const CHARACTERS_MAX = 2000;
/** A group's own name in an address: how it is joined, and its number. */
const GROUP = /^(and|or)\.(\d{1,3})$/;
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

/** The filter of an address, and what in it could not be read. A group stands where its first condition does. */
export function readFilter(query: URLSearchParams): { filter: Filter; unread: string[] } {
  const unread: string[] = [];
  const places: { joined: Joined; conditions: Condition[] }[] = [];
  const groups = new Map<string, Condition[]>();
  let count = 0;
  for (const [name, text] of query) {
    const [, joined] = GROUP.exec(name) ?? [];
    if (name !== "q" && joined === undefined) continue;
    const condition = count < CONDITIONS_MAX ? readCondition(text) : undefined;
    if (condition === undefined) {
      unread.push(text);
      continue;
    }
    count += 1;
    const known = groups.get(name);
    if (known !== undefined) {
      known.push(condition);
      continue;
    }
    const conditions = [condition];
    if (joined !== undefined) groups.set(name, conditions);
    places.push({ joined: joined === "or" ? "or" : "and", conditions });
  }
  const conditions = places.flatMap(({ joined, conditions }): (Condition | Group)[] => (conditions.length > 1 ? [{ joined, conditions }] : conditions));
  return { filter: { joined: query.get("join") === "or" ? "or" : "and", conditions }, unread };
}

const written = ({ field, operator, value }: Condition): string => `${field ?? "*"}${operator}${value}`;

/** Writes a filter into an address, in place of the one that is there. */
export function writeFilter(query: URLSearchParams, filter: Filter): void {
  for (const name of [...query.keys()]) if (name === "q" || name === "join" || GROUP.test(name)) query.delete(name);
  let [groups, left] = [0, CONDITIONS_MAX];
  for (const one of filter.conditions) {
    const conditions = (isGroup(one) ? one.conditions : [one]).slice(0, left);
    left -= conditions.length;
    if (isGroup(one)) groups += 1;
    for (const condition of conditions) query.append(isGroup(one) ? `${one.joined}.${groups}` : "q", written(condition));
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
  return together(joined, conditions.flatMap((one) => (isGroup(one) ? (together(one.joined, one.conditions.map(askedCondition)) ?? []) : [askedCondition(one)])));
}

function together(joined: Joined, asked: Asked[]): Asked | undefined {
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
