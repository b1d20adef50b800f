// Members of records that have no name of their own, and can be asked for by their path.
import { at, type ShownEvent } from "./event.ts";
import { isPath } from "./fields.ts";

const PATHS_MAX = 150;
const MEMBERS_MAX = 40;
const DEPTH_MAX = 4;
const PARTS = ["requestParameters", "responseElements", "userIdentity", "additionalEventData", "tlsDetails", "serviceEventDetails"];

/** The paths that occur in these events and lead to a text, number or truth value. */
export function pathsOf(events: readonly ShownEvent[]): string[] {
  const paths = new Set<string>();
  const walk = (value: unknown, path: string, depth: number) => {
    if (paths.size >= PATHS_MAX) return;
    if (typeof value !== "object" || value === null) {
      if (isPath(path)) paths.add(path);
      return;
    }
    if (depth === DEPTH_MAX || Array.isArray(value)) return;
    for (const [name, inner] of Object.entries(value).slice(0, MEMBERS_MAX)) walk(inner, `${path}.${name}`, depth + 1);
  };
  for (const { record } of events) for (const part of PARTS) walk(at(record, part), part, 1);
  return [...paths].sort();
}
