// Event selectors as text and as what the builder shows. The text is the one that counts: the builder reads it and writes it.
import { faultyLine } from "../shown/jsonFault.ts";

export const OPERATORS = ["Equals", "NotEquals", "StartsWith", "NotStartsWith", "EndsWith", "NotEndsWith"] as const;
export type Operator = (typeof OPERATORS)[number];

/** The fields that advanced selectors know. */
export const FIELDS = [
  "eventCategory",
  "resources.type",
  "readOnly",
  "eventName",
  "eventSource",
  "resources.ARN",
  "eventType",
  "sessionCredentialFromConsole",
  "userIdentity.arn",
  "errorCode",
  "vpcEndpointId",
];

export interface Condition {
  field: string;
  operator: Operator;
  values: string[];
}

export interface Advanced {
  name: string;
  conditions: Condition[];
}

export interface Basic {
  readWriteType: string;
  hasManagementEvents: boolean;
  excluded: string[];
  resources: { type: string; values: string[] }[];
}

export type Selectors = { kind: "advanced"; selectors: Advanced[] } | { kind: "basic"; selectors: Basic[] };

/** Why a text is none, in which line where that is known. */
export interface Unreadable {
  line: number | undefined;
  reason: string;
}

export const ALL_MANAGEMENT: Advanced = { name: "Management events", conditions: [{ field: "eventCategory", operator: "Equals", values: ["Management"] }] };
export const BASIC_MANAGEMENT: Basic = { readWriteType: "All", hasManagementEvents: true, excluded: [], resources: [] };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === "string");

class Wrong extends Error {}

/** What the API takes: `AdvancedEventSelectors` or `EventSelectors`. */
export function given(selectors: Selectors): Record<string, unknown> {
  if (selectors.kind === "advanced") {
    return {
      AdvancedEventSelectors: selectors.selectors.map(({ name, conditions }) => ({ ...(name !== "" && { Name: name }), FieldSelectors: joined(conditions) })),
    };
  }
  return {
    EventSelectors: selectors.selectors.map(({ readWriteType, hasManagementEvents, excluded, resources }) => ({
      ReadWriteType: readWriteType,
      IncludeManagementEvents: hasManagementEvents,
      ...(excluded.length > 0 && { ExcludeManagementEventSources: excluded }),
      DataResources: resources.map(({ type, values }) => ({ Type: type, Values: values })),
    })),
  };
}

/** What is sent: lines that were left empty are no values. */
export function sent(selectors: Selectors): Record<string, unknown> {
  const filled = (values: string[]) => values.map((value) => value.trim()).filter((value) => value !== "");
  if (selectors.kind === "basic") {
    const trimmed = selectors.selectors.map((one) => ({ ...one, resources: one.resources.map(({ type, values }) => ({ type, values: filled(values) })) }));
    return given({ kind: "basic", selectors: trimmed });
  }
  const trimmed = selectors.selectors.map((one) => ({ ...one, conditions: one.conditions.map((each) => ({ ...each, values: filled(each.values) })) }));
  return given({ kind: "advanced", selectors: trimmed });
}

export const written = (selectors: Selectors): string => JSON.stringify(given(selectors), null, 2);

/** One field selector for each field, as the API wants it; an operator that comes twice begins another, which the server then refuses by name. */
function joined(conditions: readonly Condition[]): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  for (const { field, operator, values } of conditions) {
    const same = found.find((one) => one["Field"] === field && one[operator] === undefined);
    if (same === undefined) found.push({ Field: field, [operator]: values });
    else same[operator] = values;
  }
  return found;
}

/** Reads a text: the form of `PutEventSelectors`, or its list alone. */
export function read(text: string): Selectors | Unreadable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { line: faultyLine(text), reason: error instanceof Error ? error.message : "" };
  }
  try {
    return understood(value);
  } catch (error) {
    return { line: undefined, reason: error instanceof Wrong ? error.message : String(error) };
  }
}

export const isRead = (found: Selectors | Unreadable): found is Selectors => "kind" in found;

function understood(value: unknown): Selectors {
  if (Array.isArray(value)) {
    const isAdvanced = value.some((one) => isObject(one) && "FieldSelectors" in one);
    return isAdvanced ? { kind: "advanced", selectors: value.map(advanced) } : { kind: "basic", selectors: value.map(basic) };
  }
  if (!isObject(value)) throw new Wrong("An object with AdvancedEventSelectors or EventSelectors is needed.");
  const { AdvancedEventSelectors, EventSelectors, ...others } = value;
  const [other] = Object.keys(others);
  if (other !== undefined) throw new Wrong(`${other} is not known here.`);
  if (Array.isArray(AdvancedEventSelectors) && EventSelectors === undefined) {
    return { kind: "advanced", selectors: AdvancedEventSelectors.map(advanced) };
  }
  if (Array.isArray(EventSelectors) && AdvancedEventSelectors === undefined) return { kind: "basic", selectors: EventSelectors.map(basic) };
  throw new Wrong("Either AdvancedEventSelectors or EventSelectors has to be a list.");
}

function members(value: unknown, what: string, known: readonly string[]): Record<string, unknown> {
  if (!isObject(value)) throw new Wrong(`${what} has to be an object.`);
  const other = Object.keys(value).find((name) => !known.includes(name));
  if (other !== undefined) throw new Wrong(`${what} has no member ${other}.`);
  return value;
}

function advanced(value: unknown, at: number): Advanced {
  const what = `AdvancedEventSelectors[${at}]`;
  const { Name, FieldSelectors } = members(value, what, ["Name", "FieldSelectors"]);
  if (Name !== undefined && typeof Name !== "string") throw new Wrong(`${what}.Name has to be a string.`);
  if (!Array.isArray(FieldSelectors)) throw new Wrong(`${what}.FieldSelectors has to be a list.`);
  return { name: Name ?? "", conditions: FieldSelectors.flatMap((one, index) => conditions(one, `${what}.FieldSelectors[${index}]`)) };
}

function conditions(value: unknown, what: string): Condition[] {
  const found = members(value, what, ["Field", ...OPERATORS]);
  const field = found["Field"];
  if (typeof field !== "string") throw new Wrong(`${what}.Field has to be a string.`);
  const used = OPERATORS.filter((operator) => found[operator] !== undefined);
  if (used.length === 0) throw new Wrong(`${what} needs one of ${OPERATORS.join(", ")}.`);
  return used.map((operator) => {
    const values = found[operator];
    if (!isTexts(values)) throw new Wrong(`${what}.${operator} has to be a list of strings.`);
    return { field, operator, values };
  });
}

function basic(value: unknown, at: number): Basic {
  const what = `EventSelectors[${at}]`;
  const found = members(value, what, ["ReadWriteType", "IncludeManagementEvents", "ExcludeManagementEventSources", "DataResources"]);
  const { ReadWriteType = "All", IncludeManagementEvents = true, ExcludeManagementEventSources = [], DataResources = [] } = found;
  if (typeof ReadWriteType !== "string") throw new Wrong(`${what}.ReadWriteType has to be a string.`);
  if (typeof IncludeManagementEvents !== "boolean") throw new Wrong(`${what}.IncludeManagementEvents has to be true or false.`);
  if (!isTexts(ExcludeManagementEventSources)) throw new Wrong(`${what}.ExcludeManagementEventSources has to be a list of strings.`);
  if (!Array.isArray(DataResources)) throw new Wrong(`${what}.DataResources has to be a list.`);
  const resources = DataResources.map((one, index) => {
    const { Type, Values = [] } = members(one, `${what}.DataResources[${index}]`, ["Type", "Values"]);
    if (typeof Type !== "string" || !isTexts(Values)) throw new Wrong(`${what}.DataResources[${index}] needs a Type and a list of Values.`);
    return { type: Type, values: Values };
  });
  return { readWriteType: ReadWriteType, hasManagementEvents: IncludeManagementEvents, excluded: ExcludeManagementEventSources, resources };
}

/** The list with one of its elements replaced, or taken out. */
export function withOne<T>(list: readonly T[], at: number, one?: T): T[] {
  return list.flatMap((old, index) => (index !== at ? [old] : one === undefined ? [] : [one]));
}

/** As many lines as values. An empty last line stays while one types. */
export const linesOf = (text: string): string[] => (text === "" ? [] : text.split("\n"));
