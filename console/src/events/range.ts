// The time range of a lookup, as an address carries it.

export type Range =
  | { kind: "last"; amount: number; unit: Unit }
  | { kind: "between"; from: Date; to: Date }
  | { kind: "everything" };

export const UNITS = ["minute", "hour", "day"] as const;
export type Unit = (typeof UNITS)[number];

const SECONDS: Record<Unit, number> = { minute: 60, hour: 3600, day: 86_400 };
const LETTERS: Record<string, Unit> = { m: "minute", h: "hour", d: "day" };
const AMOUNT_MAX = 100_000;

export const USUAL: Range = { kind: "last", amount: 90, unit: "day" };

/** Reads `range=90m`, `range=all` or `from=…&to=…`. Nothing when that is not what stands there. */
export function readRange(query: URLSearchParams): Range | undefined {
  const written = query.get("range");
  const [from, to] = [query.get("from"), query.get("to")];
  if (written === null && from === null && to === null) return USUAL;
  if (written === "all") return { kind: "everything" };
  if (written !== null) {
    const [, digits, letter] = /^([1-9][0-9]{0,5})([mhd])$/.exec(written) ?? [];
    const unit = LETTERS[letter ?? ""];
    const amount = Number(digits);
    return unit === undefined || amount > AMOUNT_MAX ? undefined : { kind: "last", amount, unit };
  }
  const [begin, end] = [readTime(from), readTime(to)];
  return begin === undefined || end === undefined || begin > end ? undefined : { kind: "between", from: begin, to: end };
}

function readTime(text: string | null): Date | undefined {
  if (text === null || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

const timeText = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`;

export function writeRange(query: URLSearchParams, range: Range): void {
  for (const name of ["range", "from", "to"]) query.delete(name);
  switch (range.kind) {
    case "everything":
      query.set("range", "all");
      break;
    case "last":
      query.set("range", `${range.amount}${range.unit[0]}`);
      break;
    case "between":
      query.set("from", timeText(range.from));
      query.set("to", timeText(range.to));
  }
}

/** The bounds of a lookup that begins now. */
export function bounds(range: Range, now: Date): { from: Date; to?: Date } {
  switch (range.kind) {
    case "everything":
      return { from: new Date(0) };
    case "last": {
      const seconds = range.amount * SECONDS[range.unit];
      return { from: new Date(Math.max(0, now.getTime() - seconds * 1000)) };
    }
    case "between":
      return { from: range.from, to: range.to };
  }
}
