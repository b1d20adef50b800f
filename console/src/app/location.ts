// The address bar as state: pages read from it, and write to it what a link should carry.
import { useSyncExternalStore } from "react";

const BASE = "/_console";
const CHANGED = "cairn:location";

export interface Place {
  /** The path below the console, `/events/e-1`. */
  path: string;
  query: URLSearchParams;
}

let seen = "";
let place: Place = { path: "/", query: new URLSearchParams() };

function here(): Place {
  const url = window.location.pathname + window.location.search;
  if (url !== seen) {
    seen = url;
    const path = window.location.pathname.startsWith(BASE) ? window.location.pathname.slice(BASE.length) : "/";
    place = { path: path || "/", query: new URLSearchParams(window.location.search) };
  }
  return place;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("popstate", listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener("popstate", listener);
    window.removeEventListener(CHANGED, listener);
  };
}

export function usePlace(): Place {
  return useSyncExternalStore(subscribe, here);
}

/** The address of a page, for links. */
export function href(path: string, query?: URLSearchParams): string {
  const search = query?.toString() ?? "";
  return BASE + path + (search === "" ? "" : `?${search}`);
}

/** Goes to an address that `href` made. */
export function go(address: string, how: "push" | "replace" = "push"): void {
  if (how === "push") window.history.pushState(null, "", address);
  else window.history.replaceState(null, "", address);
  window.dispatchEvent(new Event(CHANGED));
  if (how === "push") window.scrollTo(0, 0);
}

/** A segment of a path as it was meant; nothing when it is not encoded rightly. */
export function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
