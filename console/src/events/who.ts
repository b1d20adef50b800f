// What a page of its own can be about.
import { href } from "../app/location.ts";

export const KINDS = ["userName", "accessKeyId", "sourceAddress", "resourceName", "role", "callerArn"] as const;
export type Kind = (typeof KINDS)[number];

export const isKind = (text: string): text is Kind => (KINDS as readonly string[]).includes(text);

export function whoAddress(kind: string, value: string): string {
  return href("/who", new URLSearchParams({ kind, value }));
}
