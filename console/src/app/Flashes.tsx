// The results of what somebody did, in Cloudscape's Flashbar.
import Flashbar, { type FlashbarProps } from "@cloudscape-design/components/flashbar";
import { useAway } from "../session/away.ts";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";
import { putAway, useFlashes } from "./flashes.ts";

export function Flashes() {
  const flashes = useFlashes();
  const isAway = useAway();
  const away: FlashbarProps.MessageDefinition = { id: "away", type: "warning", loading: true, header: words.errors.away, content: words.errors.awayHelp };
  return (
    <Flashbar
      items={[...(isAway ? [away] : []), ...flashes.map(({ id, type, header, text }): FlashbarProps.MessageDefinition => ({
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
