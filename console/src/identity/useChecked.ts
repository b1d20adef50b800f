// A policy's document while it is typed: whether it is JSON, and what the server's check finds in it.
import { useEffect, useState } from "react";
import { useAsked } from "../app/useAsked.ts";
import { checkPolicy, type Finding } from "../server/server.ts";
import { faultyLine } from "../shown/jsonFault.ts";
import { words } from "../words.ts";

export type PolicyKind = "identity" | "resource" | "trust";

/** Each check is a call that is recorded: it waits until nothing was typed for so long. */
const PAUSE_MILLISECONDS = 600;

export interface Checked {
  /** What is wrong before anybody is asked. */
  fault: string | undefined;
  findings: Finding[] | undefined;
  trouble: string | undefined;
  isChecking: boolean;
}

export function documentFault(text: string): string | undefined {
  if (text.trim() === "") return words.identity.documentMissing;
  const line = faultyLine(text);
  return line === undefined ? undefined : words.identity.notJson(line);
}

export function useChecked(text: string, kind: PolicyKind): Checked {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [text]);
  const fault = documentFault(text);
  const isAsked = documentFault(settled) === undefined;
  const { value, trouble } = useAsked(`${kind}\n${settled}`, (signal) => (isAsked ? checkPolicy(settled, kind, signal) : Promise.resolve([])));
  const isSettled = settled === text;
  return {
    fault,
    findings: fault === undefined && isSettled ? value : undefined,
    trouble: trouble === undefined ? undefined : `${trouble.title}: ${trouble.message}`,
    isChecking: fault === undefined && (!isSettled || (value === undefined && trouble === undefined)),
  };
}
