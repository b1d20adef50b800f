// A download of everything that a search finds, written while it is read.
import { useRef, useState } from "react";
import { type Trouble, troubleOf } from "../session/errors.ts";
import { type Kind, save, WRITINGS } from "./download.ts";
import { lookUp } from "./lookup.ts";
import { type Search, windowOf } from "./search.ts";

export interface Download {
  isRunning: boolean;
  /** Events written so far. */
  written: number;
  /** How far back it has come. */
  until: Date | undefined;
  trouble: Trouble | undefined;
  start(kind: Kind): void;
  cancel(): void;
  dismiss(): void;
}

const PAGE = 500;
/** A server that restarts is asked again, from the page that was not answered. */
const TRIES = 5;
const WAIT_MILLISECONDS = 2000;

export function useDownload(search: Search): Download {
  const [isRunning, setRunning] = useState(false);
  const [written, setWritten] = useState(0);
  const [until, setUntil] = useState<Date>();
  const [trouble, setTrouble] = useState<Trouble>();
  const abort = useRef<AbortController>(undefined);

  async function run(kind: Kind) {
    const cancelled = new AbortController();
    abort.current = cancelled;
    setRunning(true);
    setWritten(0);
    setUntil(undefined);
    setTrouble(undefined);
    try {
      const name = `events-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.${kind}`;
      const parts = await readAll(search, kind, cancelled.signal, (written, until) => {
        setWritten(written);
        setUntil(until);
      });
      save(name, WRITINGS[kind].type, parts);
    } catch (error) {
      if (!cancelled.signal.aborted) setTrouble(troubleOf(error));
    }
    setRunning(false);
  }

  return {
    isRunning,
    written,
    until,
    trouble,
    start: (kind) => void run(kind),
    cancel: () => abort.current?.abort(),
    dismiss: () => setTrouble(undefined),
  };
}

/** Each page goes to the browser at once, which keeps large ones on disk: none of them stays in the memory of the page. */
async function readAll(search: Search, kind: Kind, signal: AbortSignal, tell: (written: number, until: Date | undefined) => void): Promise<Blob[]> {
  const { head, part, foot } = WRITINGS[kind];
  // Whatever is recorded from now on is not in it.
  const window = { to: new Date(), ...windowOf(search) };
  const parts = [new Blob([head])];
  let token: string | undefined;
  let written = 0;
  do {
    const page = await patiently(signal, () => lookUp(search, { window, token, limit: PAGE, asAccepted: kind === "json", signal }));
    if (page.events.length > 0) parts.push(new Blob([part(page.events, written === 0)]));
    written += page.events.length;
    tell(written, page.until);
    token = page.next;
  } while (token !== undefined);
  parts.push(new Blob([foot]));
  return parts;
}

async function patiently<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      // Only what never arrived is asked for again; a refusal is an answer.
      if (signal.aborted || tries === TRIES || !(error instanceof TypeError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MILLISECONDS));
    }
  }
}
