// The results of what somebody did, in Cloudscape's Flashbar.
import Button from "@cloudscape-design/components/button";
import Flashbar, { type FlashbarProps } from "@cloudscape-design/components/flashbar";
import { useAway } from "../session/away.ts";
import { expire } from "../session/session.ts";
import { leftText, useLeft } from "../session/useLeft.ts";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";
import { putAway, useFlashes } from "./flashes.ts";

/** So long before its end a session is said to end. */
const SOON_MILLISECONDS = 5 * 60_000;

export function Flashes() {
  const left = useLeft(SOON_MILLISECONDS);
  const flashes = useFlashes();
  const isAway = useAway();
  const away: FlashbarProps.MessageDefinition = { id: "away", type: "warning", loading: true, header: words.errors.away, content: words.errors.awayHelp };
  const ending: FlashbarProps.MessageDefinition = {
    id: "ending",
    type: "warning",
    header: words.top.endsSoon(leftText(left ?? 0)),
    content: words.top.endsSoonHelp,
    action: <Button onClick={() => expire(words.signIn.again)}>{words.top.signInAgain}</Button>,
  };
  return (
    <Flashbar
      items={[...(isAway ? [away] : []), ...(left !== undefined ? [ending] : []), ...flashes.map(({ id, type, header, text }): FlashbarProps.MessageDefinition => ({
        id: String(id),
        type,
        header: <Shown text={header} most={200} />,
        ...(text !== undefined && { content: <Shown text={text} /> }),
        dismissible: true,
        dismissLabel: words.top.dismiss,
        onDismiss: () => putAway(id),
      }))]}
    />
  );
}
