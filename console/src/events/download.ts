// Events as files: CSV that no spreadsheet takes for formulas, and JSON as it was accepted.
import type { ShownEvent } from "./event.ts";
import { FIELDS } from "./fields.ts";

/** Spreadsheets run what begins so; an apostrophe before it makes it text. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/u;

export function cell(value: string): string {
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}

export function csvHead(): string {
  return `${["eventTime", ...FIELDS.map(({ key }) => key)].map(cell).join(",")}\r\n`;
}

export function csvLine(event: ShownEvent): string {
  const time = event.time === undefined ? "" : event.time.toISOString();
  return `${[time, ...FIELDS.map((field) => field.of(event).join("; "))].map(cell).join(",")}\r\n`;
}

/** Hands a file to the browser. The parts are joined by it, not here. */
export function save(name: string, type: string, parts: string[]): void {
  const address = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Line by line, so that a million events are never one string. */
export function csvParts(events: readonly ShownEvent[]): string[] {
  return [csvHead(), ...events.map(csvLine)];
}

export function jsonParts(events: readonly ShownEvent[]): string[] {
  const parts = ['{"Records":['];
  events.forEach((event, index) => {
    parts.push(index === 0 ? "\n" : ",\n", event.record === undefined ? JSON.stringify(event.raw) : event.raw);
  });
  parts.push("\n]}\n");
  return parts;
}
