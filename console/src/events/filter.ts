// What to look for: conditions that a link carries, which of them the server knows, and how the rest is decided here.
import type { LookupAttribute } from "@aws-sdk/client-cloudtrail";
import type { ShownEvent } from "./event.ts";
import { fieldNamed } from "./fields.ts";

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

const CONDITIONS_MAX = 20;
const CHARACTERS_MAX = 2000;
const WRITTEN = /^([A-Za-z]+|\*)(!=|!:|!\^|=|:|\^)(.*)$/su;

const isOperator = (text: string): text is Operator => (OPERATORS as readonly string[]).includes(text);

/** Reads one condition, `eventName=CreateTrail`; nothing when it is none. */
export function readCondition(text: string): Condition | undefined {
  const [, name, operator, value] = WRITTEN.exec(text) ?? [];
  if (name === undefined || operator === undefined || value === undefined || !isOperator(operator)) return undefined;
  if (value === "" || value.length > CHARACTERS_MAX) return undefined;
  if (name === "*") return operator === ":" || operator === "!:" ? { field: undefined, operator, value } : undefined;
  return fieldNamed(name) === undefined ? undefined : { field: name, operator, value };
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

/** What LookupEvents is asked: it joins by AND, and knows equality of some fields. */
export function attributesOf(filter: Filter): LookupAttribute[] {
  if (filter.joined === "or" && filter.conditions.length > 1) return [];
  return filter.conditions.flatMap((condition) => {
    const attribute = attributeOf(condition);
    return attribute === undefined ? [] : [attribute];
  });
}

function attributeOf({ field, operator, value }: Condition): LookupAttribute | undefined {
  const key = field === undefined ? undefined : fieldNamed(field)?.attribute;
  if (key === undefined || operator !== "=") return undefined;
  // The server knows these two values only, and refuses others.
  if (key === "ReadOnly" && value !== "true" && value !== "false") return undefined;
  return { AttributeKey: key, AttributeValue: value };
}

/** What is left for this page to decide. */
export function rest(filter: Filter): Filter {
  if (filter.joined === "or" && filter.conditions.length > 1) return filter;
  return { joined: "and", conditions: filter.conditions.filter((condition) => attributeOf(condition) === undefined) };
}

export function matches(filter: Filter, event: ShownEvent): boolean {
  if (filter.conditions.length === 0) return true;
  const holds = (condition: Condition) => meets(condition, event);
  return filter.joined === "or" ? filter.conditions.some(holds) : filter.conditions.every(holds);
}

function meets({ field, operator, value }: Condition, event: ShownEvent): boolean {
  const values = field === undefined ? [event.raw] : (fieldNamed(field)?.of(event) ?? []);
  const wanted = value.toLowerCase();
  const some = (test: (found: string) => boolean) => values.some(test);
  switch (operator) {
    case "=":
      return some((found) => found === value);
    case "!=":
      return !some((found) => found === value);
    case ":":
      return some((found) => found.toLowerCase().includes(wanted));
    case "!:":
      return !some((found) => found.toLowerCase().includes(wanted));
    case "^":
      return some((found) => found.toLowerCase().startsWith(wanted));
    case "!^":
      return !some((found) => found.toLowerCase().startsWith(wanted));
  }
}
