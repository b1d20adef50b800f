// What the server gives to somebody who is in, as docs/sign-in.md has it.
import type { Credentials } from "./session.ts";

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const members = (value: unknown): Record<string, unknown> => (typeof value === "object" && value !== null ? { ...value } : {});

function dateOf(value: unknown): Date | undefined {
  const date = new Date(text(value));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** The credentials in an answer; undefined where it has none. */
export function credentialsOf(answer: unknown): Credentials | undefined {
  const { credentials, renewableUntil: until } = members(answer);
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = members(credentials);
  const [end, renewableUntil] = [dateOf(expiration), dateOf(until)];
  if (!text(accessKeyId) || !text(secretAccessKey) || !text(sessionToken) || end === undefined) return undefined;
  return {
    accessKeyId: text(accessKeyId),
    secretAccessKey: text(secretAccessKey),
    sessionToken: text(sessionToken),
    expiration: end,
    ...(renewableUntil !== undefined && { renewableUntil }),
  };
}
