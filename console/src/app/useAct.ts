// Something that somebody does: whether it still goes on, and what went wrong.
import { useState } from "react";
import { type Trouble, troubleOf } from "../session/errors.ts";
import { tell } from "./flashes.ts";

export interface Act {
  isWaiting: boolean;
  trouble: Trouble | undefined;
  /** True when it went well. `told` is then said above the page. */
  run(act: () => Promise<unknown>, told?: string): Promise<boolean>;
  forget(): void;
}

export function useAct(): Act {
  const [isWaiting, setWaiting] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const run = async (act: () => Promise<unknown>, told?: string) => {
    setWaiting(true);
    setTrouble(undefined);
    try {
      await act();
      if (told !== undefined) tell("success", told);
      return true;
    } catch (error) {
      setTrouble(troubleOf(error));
      return false;
    } finally {
      setWaiting(false);
    }
  };
  return { isWaiting, trouble, run, forget: () => setTrouble(undefined) };
}
