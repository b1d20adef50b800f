// The results of what somebody did, in Cloudscape's Flashbar.
import Flashbar from "@cloudscape-design/components/flashbar";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";
import { putAway, useFlashes } from "./flashes.ts";

export function Flashes() {
  const flashes = useFlashes();
  return (
    <Flashbar
      items={flashes.map(({ id, type, header, text }) => ({
        id: String(id),
        type,
        header: <Shown text={header} most={200} />,
        ...(text !== undefined && { content: <Shown text={text} /> }),
        dismissible: true,
        dismissLabel: words.top.dismiss,
        onDismiss: () => putAway(id),
      }))}
    />
  );
}
