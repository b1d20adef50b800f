// The members of several records beside each other.

export interface Row {
  /** `userIdentity.arn` */
  path: string;
  /** One for each record; undefined where it has no such member. */
  values: (string | undefined)[];
  differs: boolean;
}

const ROWS_MAX = 1000;
const DEPTH_MAX = 12;

export function compared(records: readonly unknown[]): Row[] {
  const flat = records.map(flattened);
  const paths = new Set<string>();
  for (const values of flat) for (const path of values.keys()) if (paths.size < ROWS_MAX) paths.add(path);
  return [...paths].map((path) => {
    const values = flat.map((members) => members.get(path));
    return { path, values, differs: values.some((value) => value !== values[0]) };
  });
}

function flattened(record: unknown): Map<string, string> {
  const members = new Map<string, string>();
  const walk = (value: unknown, path: string, depth: number) => {
    if (members.size >= ROWS_MAX) return;
    if (typeof value !== "object" || value === null || depth === DEPTH_MAX) {
      members.set(path, typeof value === "string" ? value : JSON.stringify(value) ?? "");
      return;
    }
    const entries = Object.entries(value);
    if (entries.length === 0 && path !== "") members.set(path, Array.isArray(value) ? "[]" : "{}");
    for (const [name, inner] of entries) walk(inner, path === "" ? name : `${path}.${name}`, depth + 1);
  };
  if (record !== undefined) walk(record, "", 0);
  return members;
}
