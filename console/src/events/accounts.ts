// Whose events a page is about: one's own account, others that one may see, or all of an organization.
import { useEffect, useState } from "react";
import { type Account, listAccounts } from "../server/server.ts";
import { current, type Session } from "../session/session.ts";
import { useSession } from "../session/useSession.ts";
import type { ShownEvent } from "./event.ts";

/** The word for every account of the organization. */
export const ALL = "all";

const ACCOUNTS_MAX = 50;
const isAccount = (text: string): boolean => text === ALL || /^\d{12}$/.test(text);

/** The accounts of an address, none for one's own; what could not be read goes to `unread`. */
export function readAccounts(query: URLSearchParams, unread: string[] = []): string[] {
  const values = [...new Set(query.getAll("account"))];
  unread.push(...values.filter((value) => !isAccount(value)));
  const accounts = values.filter(isAccount);
  return accounts.includes(ALL) ? [ALL] : accounts.slice(0, ACCOUNTS_MAX);
}

export function writeAccounts(query: URLSearchParams, accounts: readonly string[]): void {
  for (const account of [...accounts].sort()) query.append("account", account);
}

/** The account of an event where that is another than one's own: its pages have to name it. */
export const foreignAccounts = ({ account }: ShownEvent): string[] => (account === undefined || account === current()?.account ? [] : [account]);

/** What tells an event from all others: two accounts may have brought the same one. */
export const keyOf = (event: ShownEvent): string => [...foreignAccounts(event), event.id].join(" ");

/** Asked once in a session: each call leaves an event. */
let asked: { session: Session; accounts: Promise<Account[]> } | undefined;

function accountsOf(session: Session): Promise<Account[]> {
  // Who may not know sees their own account, as does everybody while the server does not answer.
  if (asked?.session !== session) asked = { session, accounts: listAccounts().catch(() => []) };
  return asked.accounts;
}

/** The accounts whose events one may see; none until that is known. */
export function useAccounts(): readonly Account[] {
  const session = useSession();
  const [accounts, setAccounts] = useState<readonly Account[]>([]);
  useEffect(() => {
    let isGone = false;
    if (session !== undefined) void accountsOf(session).then((found) => !isGone && setAccounts(found));
    return () => {
      isGone = true;
    };
  }, [session]);
  return accounts;
}
