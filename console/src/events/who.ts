// What a page of its own can be about.
import { href } from "../app/location.ts";
import { writeAccounts } from "./accounts.ts";

export const KINDS = ["userName", "accessKeyId", "sourceAddress", "resourceName", "role", "callerArn"] as const;
export type Kind = (typeof KINDS)[number];

export const isKind = (text: string): text is Kind => (KINDS as readonly string[]).includes(text);

/** The address of the page about it, by the events of one's own account or of these. */
export function whoAddress(kind: string, value: string, accounts: readonly string[] = []): string {
  const query = new URLSearchParams({ kind, value });
  writeAccounts(query, accounts);
  return href("/who", query);
}
