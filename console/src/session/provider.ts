// Sign-in through an identity provider, as docs/sign-in.md has it: the browser goes there, and comes back with a code.
import { credentialsOf } from "./given.ts";
import { endSession, post } from "./password.ts";
import { keepRenewed } from "./renewal.ts";
import { signIn } from "./session.ts";

export interface Provider {
  name: string;
  title: string;
}

/** What the address says when the browser comes back. */
export type Return = { kind: "code"; code: string } | { kind: "refused"; reason: string };

/** The providers of this server; none where it does not answer. */
export async function providers(): Promise<Provider[]> {
  try {
    const answer = await fetch("/v1/sign-in", { cache: "no-store", credentials: "omit", redirect: "error" });
    const body: unknown = answer.ok ? await answer.json() : undefined;
    const { oidc } = (body ?? {}) as { oidc?: unknown };
    return Array.isArray(oidc) ? oidc.filter(isProvider) : [];
  } catch {
    return [];
  }
}

function isProvider(value: unknown): value is Provider {
  const { name, title } = (value ?? {}) as Record<string, unknown>;
  return typeof name === "string" && typeof title === "string";
}

/** Leaves for the provider, to come back to this page. */
export function leaveFor({ name }: Provider): void {
  const returnTo = window.location.pathname + window.location.search;
  window.location.assign(`/v1/sign-in/oidc?${new URLSearchParams({ provider: name, returnTo })}`);
}

/** Takes out of the address what the browser came back with. A reload must not find it again. */
function taken(): Return | undefined {
  const found = new URLSearchParams(window.location.hash.slice(1));
  const [code, reason] = [found.get("signed-in"), found.get("sign-in-error")];
  if (code === null && reason === null) return undefined;
  window.history.replaceState(null, "", window.location.pathname + window.location.search);
  return code !== null ? { kind: "code", code } : { kind: "refused", reason: reason ?? "" };
}

/** What this page was loaded with. */
export const returned = taken();

/** Fetches what a code is for; false where it counts no more. */
export async function signInByCode(code: string): Promise<boolean> {
  const answer = await post("/v1/sign-in/oidc/credentials", { code }, "same-origin");
  const body: unknown = answer.ok ? await answer.json().catch(() => undefined) : undefined;
  const given = credentialsOf(body);
  if (given === undefined) return false;
  await signIn(given, () => endSession(given));
  keepRenewed(given);
  return true;
}
