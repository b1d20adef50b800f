// What came of what somebody did, told above every page until it is put away.
import { useSyncExternalStore } from "react";

export interface Flash {
  id: number;
  type: "success" | "error" | "info";
  header: string;
  text?: string;
}

const SHOWN_MAX = 5;

let flashes: readonly Flash[] = [];
let last = 0;
const listeners = new Set<() => void>();

function change(next: readonly Flash[]): void {
  flashes = next;
  for (const listener of listeners) listener();
}

export function tell(type: Flash["type"], header: string, text?: string): void {
  last += 1;
  change([{ id: last, type, header, ...(text !== undefined && { text }) }, ...flashes].slice(0, SHOWN_MAX));
}

export function putAway(id: number): void {
  change(flashes.filter((flash) => flash.id !== id));
}

export function useFlashes(): readonly Flash[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => flashes,
  );
}
