// Makes a trail of a draft, or changes one, stage by stage.
import { CreateTrailCommand, PutEventSelectorsCommand, StartLoggingCommand, type Trail, UpdateTrailCommand } from "@aws-sdk/client-cloudtrail";
import { cloudTrail, current } from "../session/session.ts";
import { type Draft, settingsOf, type Stage } from "./draft.ts";
import { isRead, read, sent } from "./selectors.ts";
import { createBucket, letTrailDeliver } from "./storage.ts";

/** What this draft takes. */
export function stagesOf(draft: Draft, old?: Trail): Stage[] {
  const bucket: Stage[] = draft.isNewBucket ? ["bucket", "policy"] : [];
  return [...bucket, "trail", "selectors", ...(draft.logs && old === undefined ? (["logging"] as const) : [])];
}

/** The ARN that the trail has, or will have. */
export function arnOf(draft: Draft, old?: Trail): string {
  return old?.TrailARN ?? `arn:aws:cloudtrail:${draft.region}:${current()?.account ?? ""}:trail/${draft.name}`;
}

export async function makeStage(stage: Stage, draft: Draft, old?: Trail): Promise<void> {
  const arn = arnOf(draft, old);
  const client = cloudTrail(draft.region);
  switch (stage) {
    case "bucket":
      return createBucket(draft.bucket);
    case "policy":
      return letTrailDeliver(draft.bucket, draft.prefix, arn);
    case "trail":
      if (old === undefined && draft.made !== arn) await client.send(new CreateTrailCommand({ Name: draft.name, ...settingsOf(draft) }));
      else await client.send(new UpdateTrailCommand({ Name: arn, ...settingsOf(draft, old) }));
      return;
    case "selectors": {
      const found = read(draft.selectors);
      if (isRead(found)) await client.send(new PutEventSelectorsCommand({ TrailName: arn, ...sent(found) }));
      return;
    }
    case "logging":
      await client.send(new StartLoggingCommand({ Name: arn }));
  }
}
