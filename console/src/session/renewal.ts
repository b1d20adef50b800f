// Credentials of a sign-in are renewed before they end, for as long as the server does that.
import { credentialsOf } from "./given.ts";
import { answerOf, Refused, untilSilence } from "./route.ts";
import { type Credentials, credentialsNow, current, renewed } from "./session.ts";

/** So long before the end, and before anybody is told of it; at half their time where they count for less than twice that. */
const AHEAD_MILLISECONDS = 6 * 60_000;
/** How long to wait after an attempt that nobody answered. */
const PAUSE_MILLISECONDS = 15_000;

let next: ReturnType<typeof setTimeout> | undefined;

/** Renews the credentials of whoever is in now, again and again, while the server gives more time than they have. */
export function keepRenewed(own: Credentials): void {
  clearTimeout(next);
  const { expiration, renewableUntil } = own;
  if (expiration === undefined || renewableUntil === undefined || renewableUntil <= expiration) return;
  const left = expiration.getTime() - Date.now();
  next = setTimeout(() => void renew(own), left > 2 * AHEAD_MILLISECONDS ? left - AHEAD_MILLISECONDS : left / 2);
}

const areOf = (own: Credentials): boolean => current() !== undefined && credentialsNow() === own;

async function renew(own: Credentials): Promise<void> {
  if (!areOf(own)) return;
  try {
    const answer = await answerOf("POST", "/v1/sign-in/renew", { body: {}, signal: untilSilence() });
    const given = credentialsOf(await answer.json());
    if (given === undefined || !areOf(own)) return;
    renewed(own, given);
    keepRenewed(given);
  } catch (error) {
    // What was refused is refused again; the end is told as ever.
    if (error instanceof Refused && !error.isOfServer) return;
    next = setTimeout(() => void renew(own), PAUSE_MILLISECONDS);
  }
}
