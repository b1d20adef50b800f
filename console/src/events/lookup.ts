// Lookups: page by page from the server, filtered further here where the server cannot.
import { type EventCategory, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { cloudTrail } from "../session/session.ts";
import { type ShownEvent, eventOf } from "./event.ts";
import { type Filter, NO_FILTER, attributesOf, matches, readFilter, rest, writeFilter } from "./filter.ts";
import { type Range, USUAL, bounds, readRange, writeRange } from "./range.ts";

export const CATEGORIES = ["management", "data", "network", "insight", "all"] as const;
export type Category = (typeof CATEGORIES)[number];

/** Everything that decides which events are shown. All of it is in the address. */
export interface Search {
  filter: Filter;
  range: Range;
  region: string;
  category: Category;
}

export const EVERY_REGION = "all";

/** Region names are not in a list: real records name Regions that no list knows. */
const REGION = /^(all|[a-z]{2,}(-[a-z0-9]+)+)$/;
export const isRegion = (text: string): boolean => text.length <= 40 && REGION.test(text);

const isCategory = (text: string): text is Category => (CATEGORIES as readonly string[]).includes(text);

/** The search of an address, and what in it could not be read. */
export function readSearch(query: URLSearchParams): { search: Search; unread: string[] } {
  const { filter, unread } = readFilter(query);
  const range = readRange(query);
  if (range === undefined) unread.push(["range", "from", "to"].map((name) => query.get(name)).filter(Boolean).join(" – "));
  const region = query.get("region") ?? EVERY_REGION;
  if (!isRegion(region)) unread.push(region);
  const category = query.get("category") ?? "management";
  if (!isCategory(category)) unread.push(category);
  const search: Search = {
    filter,
    range: range ?? USUAL,
    region: isRegion(region) ? region : EVERY_REGION,
    category: isCategory(category) ? category : "management",
  };
  return { search, unread };
}

export function writeSearch({ filter, range, region, category }: Search): URLSearchParams {
  const query = new URLSearchParams();
  writeFilter(query, filter);
  if (range !== USUAL) writeRange(query, range);
  if (region !== EVERY_REGION) query.set("region", region);
  if (category !== "management") query.set("category", category);
  return query;
}

/** The search for events that have these values, everywhere and at any time. */
export function searchFor(...conditions: [field: string, value: string][]): Search {
  const equal = conditions.map(([field, value]) => ({ field, operator: "=" as const, value }));
  return { filter: { joined: "and", conditions: equal }, range: { kind: "everything" }, region: EVERY_REGION, category: "all" };
}

export interface Page {
  events: ShownEvent[];
  /** How many events the server sent for it. */
  read: number;
  /** Asks for the next page; undefined on the last. */
  next: string | undefined;
}

export interface Window {
  StartTime: Date;
  EndTime?: Date;
}

/** One page of what the server has, and of it what meets the whole filter. */
export async function lookUp(search: Search, window: Window, token: string | undefined, signal: AbortSignal, most = 50): Promise<Page> {
  const attributes = attributesOf(search.filter);
  const command = new LookupEventsCommand({
    ...window,
    ...(attributes.length > 0 && { LookupAttributes: attributes }),
    // AWS knows `insight` alone; the others are Cairn's own.
    ...(search.category !== "management" && { EventCategory: search.category as EventCategory }),
    ...(token !== undefined && { NextToken: token }),
    MaxResults: most,
  });
  const answer = await cloudTrail(search.region).send(command, { abortSignal: signal });
  const events = (answer.Events ?? []).map(eventOf);
  const left = rest(search.filter);
  return { events: events.filter((event) => matches(left, event)), read: events.length, next: answer.NextToken };
}

/** The bounds of a search that begins now. */
export const windowOf = (search: Search): Window => bounds(search.range, new Date());

/** The event of that id, wherever and whenever it was; undefined when there is none. */
export async function findEvent(id: string, signal: AbortSignal): Promise<ShownEvent | undefined> {
  const search = searchFor(["eventId", id]);
  const page = await lookUp(search, windowOf(search), undefined, signal);
  return page.events[0];
}

export interface Gathered {
  events: ShownEvent[];
  /** How many events were read to find them. */
  read: number;
  isWhole: boolean;
}

/** What the newest `most` events that the server has for a search hold of it, newest first, in a time of one's own. */
export async function gather(search: Search, window: Window, most: number, signal: AbortSignal): Promise<Gathered> {
  const events: ShownEvent[] = [];
  let token: string | undefined;
  let read = 0;
  do {
    const page = await lookUp(search, window, token, signal);
    events.push(...page.events);
    read += page.read;
    token = page.next;
  } while (token !== undefined && read < most);
  return { events, read, isWhole: token === undefined };
}

export { NO_FILTER };
