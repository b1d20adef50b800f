// One event of the history as pages use it. Records come from strangers: nothing about their form is taken for granted.
import type { Event as HistoryEvent } from "@aws-sdk/client-cloudtrail";

export interface Resource {
  type: string | undefined;
  name: string;
}

export interface ShownEvent {
  id: string;
  time: Date | undefined;
  /** The record as it was accepted. */
  raw: string;
  /** The same, read; undefined when it is no JSON. */
  record: unknown;
  resources: Resource[];
  /** What the lookup itself says, which wins over the record. */
  listed: HistoryEvent;
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

export function eventOf(listed: HistoryEvent): ShownEvent {
  const raw = listed.CloudTrailEvent ?? "";
  let record: unknown;
  try {
    record = JSON.parse(raw);
  } catch {
    record = undefined;
  }
  const resources = (listed.Resources ?? []).map(({ ResourceType, ResourceName }) => ({
    type: ResourceType,
    name: ResourceName ?? "",
  }));
  return { id: listed.EventId ?? "", time: listed.EventTime, raw, record, resources, listed };
}
