// The session as React sees it.
import { useSyncExternalStore } from "react";
import { current, type Session, subscribe } from "./session.ts";

export function useSession(): Session | undefined {
  return useSyncExternalStore(subscribe, current);
}
