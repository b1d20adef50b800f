// Something that is asked of the server once, and again when its question changes.
import { useEffect, useRef, useState } from "react";
import { useReturn } from "../session/away.ts";
import { type Trouble, troubleOf } from "../session/errors.ts";

export interface Asked<T> {
  value: T | undefined;
  isLoading: boolean;
  trouble: Trouble | undefined;
  again(): void;
}

/** `key` says whether the question is another one. What came last stays until the next answer to the same question. */
export function useAsked<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const [answer, setAnswer] = useState<{ key: string; value: T }>();
  const [isLoading, setLoading] = useState(true);
  const [trouble, setTrouble] = useState<Trouble>();
  const [round, setRound] = useState(0);
  const question = useRef(ask);
  question.current = ask;
  useEffect(() => {
    const abort = new AbortController();
    setLoading(true);
    setTrouble(undefined);
    question.current(abort.signal).then(
      (value) => {
        if (abort.signal.aborted) return;
        setAnswer({ key, value });
        setLoading(false);
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        setTrouble(troubleOf(error));
        setLoading(false);
      },
    );
    return () => abort.abort();
  }, [key, round]);
  useReturn(() => {
    if (trouble !== undefined) setRound((round) => round + 1);
  });
  return { value: answer?.key === key ? answer.value : undefined, isLoading, trouble, again: () => setRound(round + 1) };
}
