// What was recorded since a page was loaded.
import { credentialsNow } from "../session/session.ts";
import { keyOf } from "./accounts.ts";
import type { ShownEvent } from "./event.ts";
import type { Asked } from "./filter.ts";
import { lookUp } from "./lookup.ts";
import { type Search, windowOf } from "./search.ts";

/** Events that a page keeps while it follows; older ones can be loaded again. */
const FOLLOWED_MAX = 20_000;
/** Late events: a caller's clock may be behind, and a call is recorded when it ends. */
const LATE_MILLISECONDS = 60_000;
/** Small enough that reading an answer never holds up the page. */
const PAGE = 250;

/** The calls by which pages of this session ask: following would find itself and little else. */
const ownCalls = (): Asked => ({
  and: [
    { field: "eventName", op: "equals", values: ["SearchEvents", "CountEvents"] },
    { field: "accessKeyId", op: "equals", values: [credentialsNow().accessKeyId] },
  ],
});

/** What is not shown yet, newest first. Ends at the first page of which half is known: what is older was asked for before. */
export async function news(search: Search, shown: readonly ShownEvent[], signal: AbortSignal): Promise<ShownEvent[]> {
  const known = new Set(shown.map(keyOf));
  const time = shown[0]?.time?.getTime();
  const window = windowOf(search);
  // Events may come from the future; what follows them is now all the same.
  if (time !== undefined) window.from = new Date(Math.max(window.from.getTime(), Math.min(time, Date.now()) - LATE_MILLISECONDS));
  const found: ShownEvent[] = [];
  let token: string | undefined;
  do {
    const page = await lookUp(search, { window, token, limit: PAGE, without: ownCalls(), signal });
    const fresh = page.events.filter((event) => !known.has(keyOf(event)));
    found.push(...fresh);
    token = page.next;
    if (page.events.length > 0 && fresh.length * 2 <= page.events.length) break;
  } while (token !== undefined && found.length < FOLLOWED_MAX);
  return found;
}

const timeOf = ({ time }: ShownEvent): number => time?.getTime() ?? 0;

/** Both in one list, newest first. */
export function withNews(events: readonly ShownEvent[], found: readonly ShownEvent[]): ShownEvent[] {
  const known = new Set(events.map(keyOf));
  const fresh = found.filter((event) => !known.has(keyOf(event)));
  const all = [...fresh, ...events].sort((one, other) => timeOf(other) - timeOf(one));
  return all.length > Math.max(FOLLOWED_MAX, events.length) ? all.slice(0, Math.max(FOLLOWED_MAX, events.length)) : all;
}
