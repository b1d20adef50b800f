// The events of a search: loaded page by page, and followed as they are recorded.
import { useCallback, useEffect, useRef, useState } from "react";
import { isAborted, type Trouble, troubleOf } from "../session/errors.ts";
import type { ShownEvent } from "./event.ts";
import { rest } from "./filter.ts";
import { lookUp, type Search, type Window, windowOf } from "./lookup.ts";

/** Where the server cannot filter, so many of its pages are read for one of ours. */
const PAGES_MAX = 20;
const ENOUGH = 25;
/** Events that a page keeps while it follows; older ones can be loaded again. */
const FOLLOWED_MAX = 5000;
const FOLLOW_MILLISECONDS = 1000;
/** Late events: a caller's clock may be behind, and a call is recorded when it ends. */
const LATE_MILLISECONDS = 60_000;

export interface Events {
  events: readonly ShownEvent[];
  /** Events that the server sent, shown or not. */
  read: number;
  isLoading: boolean;
  isWhole: boolean;
  trouble: Trouble | undefined;
  followTrouble: Trouble | undefined;
  more(): void;
  reload(): void;
}

interface State {
  events: ShownEvent[];
  read: number;
  token: string | undefined;
  isWhole: boolean;
}

const NOTHING: State = { events: [], read: 0, token: undefined, isWhole: false };

/** `key` says whether `search` is another one. */
export function useEvents(search: Search, key: string, isFollowing: boolean): Events {
  const [state, setState] = useState(NOTHING);
  const [isLoading, setLoading] = useState(true);
  const [trouble, setTrouble] = useState<Trouble>();
  const [followTrouble, setFollowTrouble] = useState<Trouble>();
  const [round, setRound] = useState(0);
  const asked = useRef({ search, window: windowOf(search), abort: new AbortController() });

  const load = useCallback(async (from: State) => {
    const { search: wanted, window, abort } = asked.current;
    setLoading(true);
    setTrouble(undefined);
    let next = from;
    const most = rest(wanted.filter).conditions.length > 0 ? PAGES_MAX : 1;
    try {
      const before = from.events.length;
      for (let count = 0; count < most && !next.isWhole && next.events.length - before < ENOUGH; count++) {
        const page = await lookUp(wanted, window, next.token, abort.signal);
        next = joined(next, page.events, page.read, page.next);
        setState(next);
      }
    } catch (error) {
      if (isAborted(error) || abort.signal.aborted) return;
      setTrouble(troubleOf(error));
    }
    if (!abort.signal.aborted) setLoading(false);
  }, []);

  useEffect(() => {
    const abort = new AbortController();
    asked.current = { search, window: windowOf(search), abort };
    setState(NOTHING);
    setFollowTrouble(undefined);
    void load(NOTHING);
    return () => abort.abort();
  }, [key, round]);

  const newest = useRef<State>(state);
  newest.current = state;
  useEffect(() => {
    if (!isFollowing) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        if (document.visibilityState === "visible") {
          const found = await news(search, newest.current.events, abort.signal);
          if (found.length > 0) setState((state) => ({ ...state, ...withNews(state, found) }));
        }
        setFollowTrouble(undefined);
      } catch (error) {
        if (abort.signal.aborted) return;
        setFollowTrouble(troubleOf(error));
      }
      if (!abort.signal.aborted) timer = setTimeout(look, FOLLOW_MILLISECONDS);
    };
    timer = setTimeout(look, FOLLOW_MILLISECONDS);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, round, isFollowing]);

  return {
    events: state.events,
    read: state.read,
    isLoading,
    isWhole: state.isWhole,
    trouble,
    followTrouble,
    more: () => void load(state),
    reload: () => setRound(round + 1),
  };
}

function joined(state: State, found: ShownEvent[], read: number, token: string | undefined): State {
  const known = new Set(state.events.map(({ id }) => id));
  const events = [...state.events, ...found.filter(({ id }) => !known.has(id))];
  return { events, read: state.read + read, token, isWhole: token === undefined };
}

/** What was recorded since: newest first, up to the first page of which everything is known. */
async function news(search: Search, shown: readonly ShownEvent[], signal: AbortSignal): Promise<ShownEvent[]> {
  const known = new Set(shown.map(({ id }) => id));
  const time = shown[0]?.time?.getTime();
  const window: Window = time === undefined ? windowOf(search) : { StartTime: new Date(Math.max(0, Math.min(time, Date.now()) - LATE_MILLISECONDS)) };
  const found: ShownEvent[] = [];
  let token: string | undefined;
  do {
    const page = await lookUp(search, window, token, signal);
    const fresh = page.events.filter(({ id }) => !known.has(id));
    for (const event of fresh) known.add(event.id);
    found.push(...fresh);
    token = page.next;
    if (fresh.length === 0 && page.events.length > 0) break;
  } while (token !== undefined && found.length < FOLLOWED_MAX && time !== undefined);
  return found;
}

function withNews(state: State, found: ShownEvent[]): Partial<State> {
  const known = new Set(state.events.map(({ id }) => id));
  const fresh = found.filter(({ id }) => !known.has(id));
  const time = (event: ShownEvent) => event.time?.getTime() ?? 0;
  const events = [...fresh, ...state.events].sort((one, other) => time(other) - time(one));
  return { events: events.slice(0, Math.max(FOLLOWED_MAX, state.events.length)), read: state.read + fresh.length };
}
