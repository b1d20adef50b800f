// Searches that somebody keeps by name, in the browser's storage. They hold what an address holds, and never a credential.
import { useSyncExternalStore } from "react";

export interface Saved {
  name: string;
  /** The part of an address behind `?`. */
  query: string;
}

const KEY = "cairn-console-searches";
const SAVED_MAX = 50;
const NAME_CHARACTERS_MAX = 100;
const QUERY_CHARACTERS_MAX = 50_000;

/** What is stored may be of another version, or anything at all. */
function read(): Saved[] {
  try {
    const stored: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? "[]");
    if (!Array.isArray(stored)) return [];
    return stored.filter(isSaved).slice(0, SAVED_MAX);
  } catch {
    return [];
  }
}

function isSaved(value: unknown): value is Saved {
  if (typeof value !== "object" || value === null) return false;
  const { name, query } = value as Record<string, unknown>;
  return typeof name === "string" && name !== "" && name.length <= NAME_CHARACTERS_MAX && typeof query === "string" && query.length <= QUERY_CHARACTERS_MAX;
}

let saved = read();
const listeners = new Set<() => void>();

function write(next: Saved[]): void {
  saved = next;
  try {
    window.localStorage.setItem(KEY, JSON.stringify(saved));
  } catch {
    // Then they hold until the page is closed.
  }
  for (const listener of listeners) listener();
}

/** Keeps a search, in place of the one of that name. */
export function keep(name: string, query: string): void {
  const cut = name.trim().slice(0, NAME_CHARACTERS_MAX);
  if (cut === "") return;
  write([...saved.filter((one) => one.name !== cut), { name: cut, query }].slice(-SAVED_MAX));
}

export const forget = (name: string): void => write(saved.filter((one) => one.name !== name));

export function useSaved(): readonly Saved[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => saved,
  );
}
