// A part of a page that waits for the server, says what went wrong, or shows what came. What came stays when asking again fails.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Spinner from "@cloudscape-design/components/spinner";
import type { ReactNode } from "react";
import { words } from "../words.ts";
import type { Asked } from "./useAsked.ts";

export function Answered<T>({ asked, children }: { asked: Asked<T>; children(value: T): ReactNode }) {
  const trouble = asked.trouble !== undefined && (
    <Alert type="error" header={asked.trouble.title} action={<Button onClick={asked.again}>{words.events.again}</Button>}>
      {asked.trouble.message}
    </Alert>
  );
  if (asked.value !== undefined) {
    return (
      <>
        {trouble}
        {children(asked.value)}
      </>
    );
  }
  if (trouble) return trouble;
  return (
    <Box padding="m">
      <Spinner /> <span role="status">{words.dashboard.loading}</span>
    </Box>
  );
}
