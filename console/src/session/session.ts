// Who is signed in. Credentials live in this module's memory and nowhere else: a reload forgets them.
import { words } from "../words.ts";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
  /** Until when they can be renewed; undefined for those that cannot. */
  renewableUntil?: Date;
}

export interface Session {
  readonly account: string;
  readonly arn: string;
  /** When the credentials end; undefined for keys that do not. */
  readonly expires: Date | undefined;
  /** Until when they can be renewed, where they can. */
  readonly renewableUntil: Date | undefined;
}

/** Where every call goes: the server that this page came from. */
const ENDPOINT = window.location.origin;

/** The Region of calls that are about no Region in particular. */
export const HOME_REGION = "us-east-1";

let session: Session | undefined;
/** The credentials of one sign-in. Clients look here for each call, so that they use the newest. */
interface Held {
  credentials: Credentials;
}
let held: Held | undefined;
/** Ends the session on the server, where it has one. */
let end: (() => Promise<unknown>) | undefined;
let endsAt: ReturnType<typeof setTimeout> | undefined;
/** Why the last session ended, for the sign-in page. */
let ended: string | undefined;
/** Whose session ended by itself: what this principal had open waits until somebody signs in. */
let left: string | undefined;
const listeners = new Set<() => void>();
const trails = new Map<string, CloudTrailClient>();

function changed(): void {
  for (const listener of listeners) listener();
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const current = (): Session | undefined => session;
export const whyEnded = (): string | undefined => ended;
export const whoLeft = (): string | undefined => left;

/** An attempt to which the server says nothing for so long is given up, and tried again like one that never arrived. */
const SILENCE_MILLISECONDS = 30_000;

function options(region: string, own: Held) {
  return { endpoint: ENDPOINT, region, credentials: async () => own.credentials, maxAttempts: 3, requestHandler: { requestTimeout: SILENCE_MILLISECONDS } };
}

/** What a timer can wait, nearly 25 days. */
const WAIT_MILLISECONDS_MAX = 2_147_483_647;

/** Asks the server whose credentials these are, and keeps them when it says so. They are forgotten when they end. */
export async function signIn(given: Credentials, atEnd?: () => Promise<unknown>): Promise<void> {
  const own = { credentials: given };
  const client = new STSClient(options(HOME_REGION, own));
  const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}));
  held = own;
  session = { account: Account ?? "", arn: Arn ?? "", expires: given.expiration, renewableUntil: given.renewableUntil };
  ended = undefined;
  left = undefined;
  end = atEnd;
  waitForEnd(given);
  trails.clear();
  changed();
}

function waitForEnd({ expiration }: Credentials): void {
  clearTimeout(endsAt);
  if (expiration === undefined) return;
  const left = Math.max(0, expiration.getTime() - Date.now());
  endsAt = setTimeout(() => expire(), Math.min(left, WAIT_MILLISECONDS_MAX));
}

/** Takes newer credentials of the sign-in that had `old`; whoever is in by now keeps theirs. */
export function renewed(old: Credentials, given: Credentials): void {
  if (session === undefined || held === undefined || held.credentials !== old) return;
  held.credentials = given;
  session = { ...session, expires: given.expiration, renewableUntil: given.renewableUntil };
  waitForEnd(given);
  changed();
}

/** Forgets the credentials, and what was open with them. `why` is told to whoever signs in next. */
export function signOut(why?: string): void {
  if (session === undefined) return;
  clearTimeout(endsAt);
  // The session would end by itself, so nobody waits for this.
  end?.().catch(() => undefined);
  end = undefined;
  held = undefined;
  session = undefined;
  ended = why;
  trails.clear();
  changed();
}

/** The credentials are of no use any more. What was open stays, for the same principal to go on. */
export function expire(why: string = words.signIn.expired): void {
  if (session === undefined) return;
  left = session.arn;
  signOut(why);
}

/** The credentials of who is signed in. Only while somebody is. */
export const credentialsNow = (): Credentials => heldNow().credentials;

function heldNow(): Held {
  if (held === undefined) throw new Error("Nobody is signed in.");
  return held;
}

/** What a client of another service is made with. Only while somebody is signed in. */
export const clientOptions = (region = HOME_REGION) => options(region, heldNow());

/** The client for a Region; `all` is every Region. Only while somebody is signed in. */
export function cloudTrail(region: string): CloudTrailClient {
  let client = trails.get(region);
  if (client === undefined) {
    client = new CloudTrailClient(clientOptions(region));
    trails.set(region, client);
  }
  return client;
}
