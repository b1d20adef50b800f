// How long the credentials still count, told again as that changes.
import { useEffect, useState } from "react";
import { words } from "../words.ts";
import { useSession } from "./useSession.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Milliseconds until the session ends; undefined for one that does not end by itself. `within`: nothing is told before so little is left. */
export function useLeft(within = Infinity): number | undefined {
  const expires = useSession()?.expires?.getTime();
  const [now, setNow] = useState(() => Date.now());
  const left = expires === undefined ? undefined : Math.max(0, expires - now);
  // Also when the page comes back after it was put aside.
  useEffect(() => setNow(Date.now()), [expires]);
  useEffect(() => {
    if (left === undefined) return;
    const timer = setTimeout(() => setNow(Date.now()), left > 3 * MINUTE ? MINUTE / 4 : SECOND);
    return () => clearTimeout(timer);
  }, [left]);
  return left !== undefined && left <= within ? left : undefined;
}

/** `in 2 hours and 5 minutes`; seconds only where there are few. */
export function leftText(left: number): string {
  const minutes = Math.floor(left / MINUTE);
  if (minutes >= 60) return words.signIn.inHours(Math.floor(minutes / 60), minutes % 60);
  if (minutes >= 3) return words.signIn.inMinutes(minutes);
  return words.signIn.inSeconds(minutes, Math.floor((left % MINUTE) / SECOND));
}
