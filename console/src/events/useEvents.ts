// The events of a search: loaded page by page, and followed as they are recorded.
import { useCallback, useEffect, useRef, useState } from "react";
import { useReturn } from "../session/away.ts";
import { isAborted, type Trouble, troubleOf } from "../session/errors.ts";
import { keyOf } from "./accounts.ts";
import type { ShownEvent } from "./event.ts";
import { lookUp } from "./lookup.ts";
import { news, withNews } from "./news.ts";
import { type Search, windowOf } from "./search.ts";

/** A page is what the server finds in a bounded time. So many are asked for in a row until there is something to show. */
const PAGES_MAX = 20;
const ENOUGH = 25;
const FIRST_PAGE = 50;
const NEXT_PAGE = 200;
const FOLLOW_MILLISECONDS = 500;

export interface Events {
  events: readonly ShownEvent[];
  /** Events that the server looked at, shown or not. */
  read: number;
  /** It has looked at everything from here on. */
  until: Date | undefined;
  isLoading: boolean;
  isWhole: boolean;
  trouble: Trouble | undefined;
  followTrouble: Trouble | undefined;
  more(): void;
  reload(): void;
}

interface State {
  /** Which search it is of. */
  key: string;
  events: ShownEvent[];
  read: number;
  until: Date | undefined;
  token: string | undefined;
  isWhole: boolean;
}

const nothing = (key: string): State => ({ key, events: [], read: 0, until: undefined, token: undefined, isWhole: false });

/** `key` says whether `search` is another one. */
export function useEvents(search: Search, key: string, isFollowing: boolean): Events {
  const [state, setState] = useState(() => nothing(key));
  const [isLoading, setLoading] = useState(true);
  const [trouble, setTrouble] = useState<Trouble>();
  const [followTrouble, setFollowTrouble] = useState<Trouble>();
  const [round, setRound] = useState(0);
  const asked = useRef({ search, key, window: windowOf(search), abort: new AbortController(), isBusy: false });
  const now = useRef(state);
  now.current = state;

  const load = useCallback(async () => {
    const question = asked.current;
    if (question.isBusy) return;
    question.isBusy = true;
    setLoading(true);
    setTrouble(undefined);
    const { search: wanted, window, abort } = question;
    let { token, isWhole } = now.current;
    let found = 0;
    try {
      for (let count = 0; count < PAGES_MAX && !isWhole && found < ENOUGH; count++) {
        const page = await lookUp(wanted, { window, token, limit: token === undefined ? FIRST_PAGE : NEXT_PAGE, signal: abort.signal });
        token = page.next;
        isWhole = token === undefined;
        found += page.events.length;
        setState((state) => ({ ...state, events: joined(state.events, page.events), read: state.read + page.read, until: page.until, token, isWhole }));
      }
    } catch (error) {
      if (isAborted(error) || abort.signal.aborted) return;
      setTrouble(troubleOf(error));
    }
    question.isBusy = false;
    if (!abort.signal.aborted) setLoading(false);
  }, []);

  useEffect(() => {
    const abort = new AbortController();
    asked.current = { search, key, window: windowOf(search), abort, isBusy: false };
    now.current = nothing(key);
    setState(now.current);
    setFollowTrouble(undefined);
    void load();
    return () => abort.abort();
  }, [key, round]);

  useEffect(() => {
    if (!isFollowing) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        // Nothing is asked while nobody looks, nor before there is a first page.
        if (document.visibilityState === "visible" && !asked.current.isBusy) {
          const found = await news(search, now.current.events, abort.signal);
          if (found.length > 0) setState((state) => (state.key === key ? { ...state, events: withNews(state.events, found), read: state.read + found.length } : state));
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

  // What was loaded stays: it goes on from there.
  useReturn(() => {
    if (trouble !== undefined) void load();
  });

  const isThis = state.key === key;
  return {
    events: isThis ? state.events : [],
    read: isThis ? state.read : 0,
    until: state.until,
    isLoading: isLoading || !isThis,
    isWhole: isThis && state.isWhole,
    trouble,
    followTrouble,
    more: () => void load(),
    reload: () => setRound(round + 1),
  };
}

function joined(events: readonly ShownEvent[], found: readonly ShownEvent[]): ShownEvent[] {
  const known = new Set(events.map(keyOf));
  return [...events, ...found.filter((event) => !known.has(keyOf(event)))];
}
