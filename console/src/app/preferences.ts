// What somebody likes: theme, zone, columns. Kept in the browser's storage, which never holds anything secret.
import { useSyncExternalStore } from "react";
import type { Zone } from "../shown/time.ts";

export interface Preferences {
  theme: "light" | "dark";
  zone: Zone;
  columns: string[];
  wraps: boolean;
}

const KEY = "cairn-console-preferences";
const COLUMNS = ["time", "userName", "eventName", "eventSource", "resources", "errorCode", "region"];

function preferred(): Preferences {
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  return { theme: dark ? "dark" : "light", zone: "local", columns: COLUMNS, wraps: false };
}

/** What is stored may be of another version, or anything at all. */
function read(): Preferences {
  const found = preferred();
  try {
    const stored: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? "{}");
    if (typeof stored !== "object" || stored === null) return found;
    const { theme, zone, columns, wraps } = stored as Record<string, unknown>;
    if (theme === "light" || theme === "dark") found.theme = theme;
    if (zone === "local" || zone === "utc") found.zone = zone;
    if (typeof wraps === "boolean") found.wraps = wraps;
    if (Array.isArray(columns) && columns.every((name) => typeof name === "string") && columns.length > 0) found.columns = columns;
  } catch {
    // Storage that cannot be read is as good as none.
  }
  return found;
}

let preferences = read();
const listeners = new Set<() => void>();

export function prefer(change: Partial<Preferences>): void {
  preferences = { ...preferences, ...change };
  try {
    window.localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Then they hold until the page is closed.
  }
  for (const listener of listeners) listener();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => preferences,
  );
}
