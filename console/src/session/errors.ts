// What went wrong with a call, and what to do about it.
import { words } from "../words.ts";
import { lookForServer } from "./away.ts";
import { expire } from "./session.ts";

export interface Trouble {
  title: string;
  message: string;
}

/** Codes after which the credentials are of no use any more. */
const ENDING = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "InvalidAccessKeyId",
]);

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** What to show for a failed call. Where the credentials have ended, the session ends with them. */
export function troubleOf(error: unknown): Trouble {
  const { name, message } = error instanceof Error ? error : { name: "", message: text(error) };
  if (ENDING.has(name)) expire();
  if (name === "TypeError" || name === "TimeoutError" || /fetch|network/i.test(message)) {
    lookForServer();
    return { title: words.errors.unreachable, message: words.errors.unreachableHelp };
  }
  if (/AccessDenied/.test(name)) return { title: words.errors.denied, message: `${message} ${words.errors.deniedHelp}` };
  // What the settings declare has their name in the message.
  if (/^UnmodifiableEntity/.test(name)) return { title: words.errors.declared, message: `${message} ${words.errors.declaredHelp}` };
  if (/Throttling/.test(name)) return { title: words.errors.throttled, message: words.errors.throttledHelp };
  return { title: name === "" || name === "Error" ? words.errors.failed : name, message: message || words.errors.noText };
}

export const isAborted = (error: unknown): boolean => error instanceof Error && error.name === "AbortError";
