// What is being typed into a long form, kept in memory, so that it is still there after credentials ended and somebody signed in again.
import { useState } from "react";
import { current, subscribe, whoLeft } from "../session/session.ts";

const drafts = new Map<string, unknown>();

/** Whose drafts these are. Nobody else gets to see them. */
let owner: string | undefined;
subscribe(() => {
  const next = current()?.arn ?? whoLeft();
  if (next !== owner) drafts.clear();
  owner = next;
});

/** The draft of this name, how to change it, and how to forget it when it became something or was given up. */
export function useDraft<T>(name: string, initial: () => T): [T, (change: Partial<T>) => void, () => void] {
  const [draft, setDraft] = useState(() => (drafts.has(name) ? (drafts.get(name) as T) : initial()));
  const change = (changed: Partial<T>) => {
    // From the map, not from what was rendered: two changes may come between two renderings.
    const next = { ...((drafts.get(name) as T | undefined) ?? draft), ...changed };
    drafts.set(name, next);
    setDraft(next);
  };
  return [draft, change, () => drafts.delete(name)];
}
