// Sign-in by name and password, as docs/sign-in.md has it.
import { credentialsOf } from "./given.ts";
import { keepRenewed } from "./renewal.ts";
import { type Credentials, signIn } from "./session.ts";

export interface Person {
  account?: string;
  userName?: string;
  password: string;
  mfaCode?: string;
  newPassword?: string;
}

/** What the server asks for besides, or why it refuses. */
export type Refusal =
  | { kind: "needs-code" }
  | { kind: "needs-new-password" }
  | { kind: "no-such-route" }
  | { kind: "wait"; seconds: number }
  | { kind: "refused"; message: string };

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Signs in, or says what is missing. Throws where the server does not answer. */
export async function signInAs(person: Person): Promise<Refusal | undefined> {
  const answer = await post("/v1/sign-in", person);
  const body = await answer.json().catch(() => undefined);
  if (typeof body !== "object" || body === null) return { kind: "no-such-route" };
  const { code, message, retryAfterSeconds } = body as Record<string, unknown>;
  if (answer.ok) {
    const given = credentialsOf(body);
    if (given === undefined) return { kind: "no-such-route" };
    await signIn(given, () => endSession(given));
    keepRenewed(given);
    return undefined;
  }
  switch (code) {
    case "MfaCodeRequired":
      return { kind: "needs-code" };
    case "PasswordChangeRequired":
      return { kind: "needs-new-password" };
    case "TooManyAttempts":
      return { kind: "wait", seconds: typeof retryAfterSeconds === "number" ? Math.ceil(retryAfterSeconds) : 60 };
    case "UnknownOperationException":
    case "MissingAuthenticationTokenException":
    case "MissingAuthenticationToken":
      return { kind: "no-such-route" };
    default:
      return { kind: "refused", message: text(message) };
  }
}

/** Sends JSON. Cookies go along only where the other half of a code is one. */
export function post(path: string, body: unknown, cookies: RequestCredentials = "omit"): Promise<Response> {
  return fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    cache: "no-store",
    credentials: cookies,
    redirect: "error",
  });
}

/** Ends the session on the server too; false where it is none that can be ended. Throws where the server does not answer. */
export async function endSession({ accessKeyId, sessionToken }: Credentials): Promise<boolean> {
  return (await post("/v1/sign-out", { accessKeyId, sessionToken })).ok;
}
