// Whether a trail logs, and whether its files arrive.
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { words } from "../words.ts";
import type { Status } from "./trails.ts";

export function Health({ status }: { status: Status | undefined }) {
  if (status === undefined) return <StatusIndicator type="info">{words.trails.unknown}</StatusIndicator>;
  if (status.IsLogging !== true) return <StatusIndicator type="stopped">{words.trails.off}</StatusIndicator>;
  if (status.LatestDeliveryError || status.LatestDigestDeliveryError) {
    return <StatusIndicator type="error">{words.trails.problem}</StatusIndicator>;
  }
  return <StatusIndicator type="success">{words.trails.logging}</StatusIndicator>;
}
