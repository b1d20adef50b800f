// Events of the server, page by page.
import { answerOf, untilSilence } from "../session/route.ts";
import { at, eventOf, type ShownEvent } from "./event.ts";
import type { Asked } from "./filter.ts";
import { recordTexts } from "./recordTexts.ts";
import { scopeOf, type Search, searchFor, type Window, windowOf } from "./search.ts";

export interface Page {
  events: ShownEvent[];
  /** How many events the server looked at for it. */
  read: number;
  /** It has looked at everything from here on. */
  until: Date | undefined;
  /** Asks for the next page; undefined on the last. */
  next: string | undefined;
}

export interface Asking {
  window: Window;
  token?: string | undefined;
  /** Events of the page at most, 1,000 at most. */
  limit?: number;
  /** Whether the records are wanted as they were accepted, byte for byte. */
  asAccepted?: boolean;
  /** Events that are not wanted besides. */
  without?: Asked;
  signal: AbortSignal;
}

/** One page of what meets a search, newest first. A page may be empty and not the last: the server looks for a bounded time. */
export async function lookUp(search: Search, { window, token, limit = 50, asAccepted = false, without, signal }: Asking): Promise<Page> {
  const scope = scopeOf(search, window);
  if (without !== undefined) scope.filter = scope.filter === undefined ? { not: without } : { and: [scope.filter, { not: without }] };
  const body = { ...scope, limit, ...(token !== undefined && { nextToken: token }) };
  const answer = await answerOf("POST", "/v1/search", { body, signal: untilSilence(signal) });
  const text = await answer.text();
  const page: unknown = JSON.parse(text);
  const texts = asAccepted ? recordTexts(text) : [];
  const found = at(page, "events");
  const [read, until, next] = [at(page, "read"), at(page, "until"), at(page, "nextToken")];
  return {
    events: (Array.isArray(found) ? found : []).map((event, index) => eventOf(event, texts[index])),
    read: typeof read === "number" ? read : 0,
    until: typeof until === "number" ? new Date(until * 1000) : undefined,
    next: typeof next === "string" ? next : undefined,
  };
}

/** The event of that id, of one's own account or of these, wherever and whenever it was; undefined when there is none. */
export async function findEvent(id: string, accounts: readonly string[], signal: AbortSignal): Promise<ShownEvent | undefined> {
  const search = { ...searchFor(["eventId", id]), accounts };
  let token: string | undefined;
  do {
    const page = await lookUp(search, { window: windowOf(search), token, limit: 1, asAccepted: true, signal });
    if (page.events[0] !== undefined) return page.events[0];
    token = page.next;
  } while (token !== undefined);
  return undefined;
}

/** The newest `most` events of a search, in a time of one's own. */
export async function newest(search: Search, window: Window, most: number, signal: AbortSignal): Promise<ShownEvent[]> {
  const events: ShownEvent[] = [];
  let token: string | undefined;
  do {
    const page = await lookUp(search, { window, token, limit: Math.min(1000, most - events.length), signal });
    events.push(...page.events);
    token = page.next;
  } while (token !== undefined && events.length < most);
  return events;
}
