// Which events are looked for. All of it is in the address, and all of it is decided by the server.
import { readAccounts, writeAccounts } from "./accounts.ts";
import { type Asked, askedOf, type Filter, readFilter, writeFilter } from "./filter.ts";
import { bounds, type Range, readRange, USUAL, writeRange } from "./range.ts";

export const CATEGORIES = ["management", "data", "network", "insight"] as const;
export type Category = (typeof CATEGORIES)[number];

/** What the server calls them. */
const ASKED_CATEGORY: Record<Category, string> = { management: "Management", data: "Data", network: "NetworkActivity", insight: "Insight" };

export interface Search {
  filter: Filter;
  range: Range;
  /** None: every Region. */
  regions: readonly string[];
  categories: readonly Category[];
  /** None: the account of who asks. `all`: every account of the organization. */
  accounts: readonly string[];
}

const REGIONS_MAX = 50;

/** Region names are not in a list: real records name Regions that no list knows. */
const REGION = /^[a-z]{2,}(-[a-z0-9]+)+$/;
export const isRegion = (text: string): boolean => text.length <= 40 && REGION.test(text);
const isCategory = (text: string): text is Category => (CATEGORIES as readonly string[]).includes(text);

/** Values of which each may stand in an address several times; the others are said to be unread. */
function several<T extends string>(query: URLSearchParams, name: string, is: (text: string) => text is T, unread: string[]): T[] {
  const values = [...new Set(query.getAll(name))];
  unread.push(...values.filter((value) => !is(value)));
  return values.filter(is).slice(0, REGIONS_MAX);
}

/** The search of an address, and what in it could not be read. */
export function readSearch(query: URLSearchParams): { search: Search; unread: string[] } {
  const { filter, unread } = readFilter(query);
  const range = readRange(query);
  if (range === undefined) unread.push(["range", "from", "to"].map((name) => query.get(name)).filter(Boolean).join(" – "));
  const everyRegion = query.get("region") === "all";
  const regions = everyRegion ? [] : several(query, "region", (text): text is string => isRegion(text), unread);
  const everyCategory = query.get("category") === "all";
  const categories = everyCategory ? CATEGORIES : several(query, "category", isCategory, unread);
  const accounts = readAccounts(query, unread);
  return { search: { filter, range: range ?? USUAL, regions, categories: categories.length === 0 ? ["management"] : categories, accounts }, unread };
}

const isUsual = (categories: readonly Category[]): boolean => categories.length === 1 && categories[0] === "management";
export const isEvery = (categories: readonly Category[]): boolean => CATEGORIES.every((category) => categories.includes(category));

export function writeSearch({ filter, range, regions, categories, accounts }: Search): URLSearchParams {
  const query = new URLSearchParams();
  writeFilter(query, filter);
  if (range !== USUAL) writeRange(query, range);
  for (const region of [...regions].sort()) query.append("region", region);
  if (isEvery(categories)) query.set("category", "all");
  else if (!isUsual(categories)) for (const category of [...categories].sort()) query.append("category", category);
  writeAccounts(query, accounts);
  return query;
}

/** The search for events of one's own account that have these values, everywhere and at any time. */
export function searchFor(...conditions: [field: string, value: string][]): Search {
  const equal = conditions.map(([field, value]) => ({ field, operator: "=" as const, value }));
  return { filter: { joined: "and", conditions: equal }, range: { kind: "everything" }, regions: [], categories: CATEGORIES, accounts: [] };
}

export interface Window {
  from: Date;
  to?: Date;
}

/** The bounds of a search that begins now. */
export const windowOf = (search: Search): Window => bounds(search.range, new Date());

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);

/** What `/v1/search` and `/v1/counts` are asked alike; times are seconds since 1970. */
export interface Scope {
  filter?: Asked;
  start?: number;
  end?: number;
  regions?: readonly string[];
  categories?: readonly string[];
  accounts?: readonly string[];
}

export function scopeOf({ filter, regions, categories, accounts }: Search, { from, to }: Window): Scope {
  const asked = askedOf(filter);
  return {
    ...(asked !== undefined && { filter: asked }),
    ...(from.getTime() > 0 && { start: seconds(from) }),
    ...(to !== undefined && { end: seconds(to) }),
    ...(regions.length > 0 && { regions }),
    ...(!isEvery(categories) && { categories: categories.map((category) => ASKED_CATEGORY[category]) }),
    ...(accounts.length > 0 && { accounts }),
  };
}
