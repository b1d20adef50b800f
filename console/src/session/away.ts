// Whether the server is away. Once a call finds nobody it is looked for until it is back; then pages ask again for what failed.
import { useEffect, useRef, useSyncExternalStore } from "react";

const LOOK_MILLISECONDS = 1000;
const SILENCE_MILLISECONDS = 5000;

let isAway = false;
let isLooking = false;
const listeners = new Set<() => void>();
const returns = new Set<() => void>();

function change(next: boolean): void {
  if (next === isAway) return;
  isAway = next;
  for (const listener of listeners) listener();
  if (!isAway) for (const act of [...returns]) act();
}

/** Nobody is asked to sign for it, and it leaves no event. */
async function isReady(): Promise<boolean> {
  try {
    const { ok } = await fetch("/readyz", { cache: "no-store", credentials: "omit", redirect: "error", signal: AbortSignal.timeout(SILENCE_MILLISECONDS) });
    return ok;
  } catch {
    return false;
  }
}

/** A call was not answered. A server that is there all the same is not called away: asking it again is for whoever reads the page. */
export function lookForServer(): void {
  if (isLooking) return;
  isLooking = true;
  const look = async () => {
    const ready = await isReady();
    if (ready) isLooking = false;
    change(!ready);
    if (!ready) setTimeout(look, LOOK_MILLISECONDS);
  };
  void look();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useAway(): boolean {
  return useSyncExternalStore(subscribe, () => isAway);
}

/** Acts whenever the server has come back. */
export function useReturn(act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const run = () => latest.current();
    returns.add(run);
    return () => void returns.delete(run);
  }, []);
}
