// Times as people read them: in the browser's zone or in UTC, with the other beside it.
export type Zone = "local" | "utc";

const two = (number: number): string => String(number).padStart(2, "0");

/** `2026-11-22 20:11:41`, and `UTC` or the offset. */
export function timeText(time: Date | undefined, zone: Zone): string {
  if (time === undefined || Number.isNaN(time.getTime())) return "–";
  if (zone === "utc") return `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const minutes = -time.getTimezoneOffset();
  const offset = `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())} ${offset}`;
}

export const otherZone = (zone: Zone): Zone => (zone === "utc" ? "local" : "utc");
