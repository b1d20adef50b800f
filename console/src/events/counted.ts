// Counts over the newest events of a search, for figures that lead to the events behind them.
import type { ShownEvent } from "./event.ts";
import { type Field, fieldNamed, firstOf } from "./fields.ts";
import { newest } from "./lookup.ts";
import type { Search, Window } from "./search.ts";

export interface Count {
  value: string;
  count: number;
}

export interface Slot {
  from: Date;
  to: Date;
  count: number;
}

export interface Counted {
  total: number;
  errors: number;
  first: Date | undefined;
  last: Date | undefined;
  slots: Slot[];
  /** By the names that pages have for the fields. */
  groups: Partial<Record<Field["key"], Count[]>>;
  /** Whether everything was counted; the newest otherwise. */
  isComplete: boolean;
  until: Date | undefined;
}

export interface Counting {
  window: Window;
  /** Length of a slot of time in seconds. */
  every?: number;
  by?: readonly Field["key"][];
  top?: number;
  signal: AbortSignal;
}

const EVENTS_MAX = 5000;

export async function count(search: Search, { window, every, by = [], top = 10, signal }: Counting): Promise<Counted> {
  const events = await newest(search, window, EVENTS_MAX, signal);
  const [last, first] = [events[0]?.time, events.at(-1)?.time];
  return {
    total: events.length,
    errors: events.filter((event) => firstOf(event, "errorCode") !== undefined).length,
    first,
    last,
    slots: every === undefined || first === undefined || last === undefined ? [] : slots(events, { from: window.from, to: window.to ?? last }, every),
    groups: Object.fromEntries(by.map((field) => [field, counted(events, field, top)])),
    isComplete: events.length < EVENTS_MAX,
    until: first,
  };
}

/** How often each value of a field occurs, the most frequent first. */
function counted(events: readonly ShownEvent[], field: Field["key"], most: number): Count[] {
  const counts = new Map<string, number>();
  for (const event of events) {
    for (const value of fieldNamed(field)?.of(event) ?? []) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1))
    .slice(0, most);
}

/** Events by time, in slots of one length. */
function slots(events: readonly ShownEvent[], { from, to }: Required<Window>, every: number): Slot[] {
  const length = every * 1000;
  const number = Math.min(2000, Math.floor((to.getTime() - from.getTime()) / length) + 1);
  const found = Array.from({ length: number }, (_, index) => ({
    from: new Date(from.getTime() + index * length),
    to: new Date(from.getTime() + (index + 1) * length - 1000),
    count: 0,
  }));
  for (const { time } of events) {
    const slot = time && found[Math.floor((time.getTime() - from.getTime()) / length)];
    if (slot) slot.count++;
  }
  return found;
}
