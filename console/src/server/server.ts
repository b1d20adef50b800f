// What Cairn's own routes tell of the server: status, settings, gateways, and what a policy's check finds.
import { ask } from "../session/route.ts";

export interface Check {
  name: string;
  status: "ok" | "late" | "failing";
  message: string;
}

export interface ServerStatus {
  version: string;
  startedAt: number;
  isHealthy: boolean;
  checks: Check[];
  followers: { name: string; behindEntries: number }[];
  storage: {
    journalBytes: number;
    historyBytes: number;
    historyEvents: number;
    oldestEvent?: number;
    newestEvent?: number;
    freeBytes: number;
  };
  retentionDays?: number;
  account: string;
  region: string;
}

export interface Setting {
  name: string;
  value: unknown;
  default: unknown;
  origin: "default" | "file" | "environment" | "argument";
  isSecret: boolean;
  about: string;
}

export interface Identity {
  accessKeyId: string;
  principal: string;
  learntFrom: string;
  originPrincipal?: string;
}

export interface Gateway {
  name: string;
  listen: string;
  upstream: string;
  account: string;
  region: string;
  policy: "closed" | "open";
  answerAfter?: "intent" | "end";
  calls: number;
  errors: number;
  gaps: number;
  openIntents: number;
  addedMicros: { p50?: number; p99?: number };
  identities: Identity[];
}

export const readStatus = (signal: AbortSignal) => ask<ServerStatus>("GET", "/v1/status", { signal });

export const readSettings = async (signal: AbortSignal) => (await ask<{ settings: Setting[] }>("GET", "/v1/settings", { signal })).settings;

export const readGateways = async (signal: AbortSignal) => (await ask<{ gateways: Gateway[] }>("GET", "/v1/gateways", { signal })).gateways;

export interface Account {
  id: string;
  /** What its organization calls it. */
  name?: string;
}

/** The accounts whose events one may search, one's own first. */
export const listAccounts = async () => (await ask<{ accounts: Account[] }>("GET", "/v1/accounts")).accounts;

export interface Finding {
  line?: number;
  column?: number;
  severity: "error" | "warning" | "suggestion";
  /** Where in the document, `Statement[0].Action`. */
  path: string;
  message: string;
}

export async function checkPolicy(document: string, kind: "identity" | "resource" | "trust", signal?: AbortSignal): Promise<Finding[]> {
  const call = { body: { document, kind }, ...(signal !== undefined && { signal }) };
  return (await ask<{ findings: Finding[] }>("POST", "/v1/policies/check", call)).findings;
}

/** A setting's value as one reads it: text as it is, lists and tables as JSON. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** `1.4 GiB` */
export function sizeText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const number = bytes / 1024 ** power;
  return `${power === 0 ? number : number.toFixed(1)} ${units[power]}`;
}
