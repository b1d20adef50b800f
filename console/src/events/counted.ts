// Counts over events, for figures that lead to the lookup behind them.
import type { ShownEvent } from "./event.ts";
import { type Field, firstOf } from "./fields.ts";

export interface Count {
  value: string;
  count: number;
}

/** How often each value of a field occurs, the most frequent first. */
export function counted(events: readonly ShownEvent[], field: Field["key"], most: number): Count[] {
  const counts = new Map<string, number>();
  for (const event of events) {
    const value = firstOf(event, field);
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1))
    .slice(0, most);
}

export interface Slot {
  from: Date;
  to: Date;
  count: number;
}

/** Events by time, in so many slots of one length. */
export function slots(events: readonly ShownEvent[], from: Date, to: Date, number: number): Slot[] {
  const length = Math.max(1000, (to.getTime() - from.getTime()) / number);
  const found: Slot[] = Array.from({ length: number }, (_, index) => ({
    from: new Date(from.getTime() + index * length),
    to: new Date(from.getTime() + (index + 1) * length - 1000),
    count: 0,
  }));
  for (const { time } of events) {
    const slot = time && found[Math.min(number - 1, Math.floor((time.getTime() - from.getTime()) / length))];
    if (slot) slot.count++;
  }
  return found;
}
