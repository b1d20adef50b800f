// Counts of the server, for figures that lead to the events behind them.
import { ask } from "../session/route.ts";
import { at } from "./event.ts";
import { type Field, fieldNamed } from "./fields.ts";
import { scopeOf, type Search, type Window } from "./search.ts";

export interface Count {
  value: string;
  count: number;
  errors: number;
}

export interface Slot {
  from: Date;
  to: Date;
  count: number;
  errors: number;
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

const number = (value: unknown, ...path: string[]): number => {
  const found = at(value, ...path);
  return typeof found === "number" && Number.isFinite(found) ? found : 0;
};

function time(value: unknown, name: string): Date | undefined {
  const found = at(value, name);
  return typeof found === "number" ? new Date(found * 1000) : undefined;
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Counts what meets a search, without asking for any event of it. */
export async function count(search: Search, { window, every, by = [], top = 10, signal }: Counting): Promise<Counted> {
  const names = by.map((key) => fieldNamed(key)?.asked ?? key);
  const body = { ...scopeOf(search, window), ...(every !== undefined && { every }), ...(names.length > 0 && { by: names, top }) };
  const answer: unknown = await ask("POST", "/v1/counts", { body, signal });
  const groups: Counted["groups"] = {};
  by.forEach((key, index) => {
    groups[key] = list(at(answer, "groups", names[index] ?? key)).map((group) => ({
      value: String(at(group, "value") ?? ""),
      count: number(group, "count"),
      errors: number(group, "errors"),
    }));
  });
  return {
    total: number(answer, "total"),
    errors: number(answer, "errors"),
    first: time(answer, "first"),
    last: time(answer, "last"),
    slots: every === undefined ? [] : slots(list(at(answer, "times")), window, every),
    groups,
    isComplete: at(answer, "isComplete") === true,
    until: time(answer, "until"),
  };
}

/** Slots of one length over the whole window; the server may leave out those in which nothing was. */
function slots(found: unknown[], window: Window, every: number): Slot[] {
  const known = new Map(found.map((slot) => [number(slot, "start"), slot]));
  const starts = [...known.keys()];
  const wanted = window.to === undefined ? undefined : Math.floor(window.to.getTime() / 1000);
  const to = wanted ?? (starts.length === 0 ? 0 : Math.max(...starts));
  const from = starts.length === 0 ? Math.floor(window.from.getTime() / 1000) : Math.min(...starts);
  // Whole slots before the first that is known, so that the axis shows the whole window.
  const lead = Math.max(0, Math.floor((from - Math.floor(window.from.getTime() / 1000)) / every));
  const filled: Slot[] = [];
  for (let start = window.from.getTime() > 0 ? from - lead * every : from; start <= to && filled.length < 2000; start += every) {
    const slot = known.get(start);
    filled.push({ from: new Date(start * 1000), to: new Date((start + every - 1) * 1000), count: number(slot, "count"), errors: number(slot, "errors") });
  }
  return filled;
}
