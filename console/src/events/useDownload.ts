// A download of everything that a search finds.
import { useRef, useState } from "react";
import { type Trouble, troubleOf } from "../session/errors.ts";
import { csvHead, csvLine, jsonParts, save } from "./download.ts";
import type { ShownEvent } from "./event.ts";
import { lookUp, type Search, windowOf } from "./lookup.ts";

/** The browser holds the file until it is saved. */
const EVENTS_MAX = 100_000;

export interface Download {
  isRunning: boolean;
  /** Events read so far. */
  read: number;
  isCut: boolean;
  trouble: Trouble | undefined;
  start(kind: "csv" | "json"): void;
  cancel(): void;
  dismiss(): void;
}

export function useDownload(search: Search): Download {
  const [isRunning, setRunning] = useState(false);
  const [read, setRead] = useState(0);
  const [isCut, setCut] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const abort = useRef<AbortController>(undefined);

  async function run(kind: "csv" | "json") {
    const cancelled = new AbortController();
    abort.current = cancelled;
    setRunning(true);
    setRead(0);
    setCut(false);
    setTrouble(undefined);
    try {
      const { lines, events, isWhole } = await readAll(search, kind, setRead, cancelled.signal);
      const name = `events-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}`;
      if (kind === "csv") save(`${name}.csv`, "text/csv;charset=utf-8", lines);
      else save(`${name}.json`, "application/json", jsonParts(events));
      setCut(!isWhole);
    } catch (error) {
      if (!cancelled.signal.aborted) setTrouble(troubleOf(error));
    }
    setRunning(false);
  }

  return {
    isRunning,
    read,
    isCut,
    trouble,
    start: (kind) => void run(kind),
    cancel: () => abort.current?.abort(),
    dismiss: () => {
      setCut(false);
      setTrouble(undefined);
    },
  };
}

async function readAll(search: Search, kind: "csv" | "json", tell: (read: number) => void, signal: AbortSignal) {
  const window = { EndTime: new Date(), ...windowOf(search) };
  const lines = [csvHead()];
  const events: ShownEvent[] = [];
  let token: string | undefined;
  let read = 0;
  do {
    const page = await lookUp(search, window, token, signal);
    if (kind === "csv") lines.push(...page.events.map(csvLine));
    else events.push(...page.events);
    read += page.read;
    tell(read);
    token = page.next;
  } while (token !== undefined && read < EVENTS_MAX);
  return { lines, events, isWhole: token === undefined };
}
