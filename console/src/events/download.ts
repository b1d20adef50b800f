// Events as files: CSV that no spreadsheet takes for formulas, and JSON as it was accepted.
import { recordText, type ShownEvent } from "./event.ts";
import { FIELDS } from "./fields.ts";

/** Spreadsheets run what begins so; an apostrophe before it makes it text. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/u;

export type Kind = "csv" | "json";

/** How a file is written, part by part, so that a million events are never one string. */
export interface Writing {
  type: string;
  head: string;
  /** `isFirst`: no event stands before these. */
  part(events: readonly ShownEvent[], isFirst: boolean): string;
  foot: string;
}

function cell(value: string): string {
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}

const line = (cells: readonly string[]): string => `${cells.map(cell).join(",")}\r\n`;

function csvLine(event: ShownEvent): string {
  const time = event.time === undefined || Number.isNaN(event.time.getTime()) ? "" : event.time.toISOString();
  return line([time, ...FIELDS.map((field) => field.of(event).join("; "))]);
}

export const WRITINGS: Record<Kind, Writing> = {
  csv: {
    type: "text/csv;charset=utf-8",
    head: line(["eventTime", ...FIELDS.map(({ key }) => key)]),
    part: (events) => events.map(csvLine).join(""),
    foot: "",
  },
  json: {
    type: "application/json",
    head: '{"Records":[',
    part: (events, isFirst) => events.map((event, index) => `${isFirst && index === 0 ? "\n" : ",\n"}${recordText(event)}`).join(""),
    foot: "\n]}\n",
  },
};

/** Hands a file to the browser, which joins the parts. */
export function save(name: string, type: string, parts: readonly Blob[]): void {
  const address = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
