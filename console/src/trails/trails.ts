// Trails as the API tells of them.
import {
  AddTagsCommand,
  DeleteTrailCommand,
  DescribeTrailsCommand,
  type EventSelector,
  type AdvancedEventSelector,
  GetEventSelectorsCommand,
  GetInsightSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  type GetTrailStatusCommandOutput,
  ListTagsCommand,
  PutInsightSelectorsCommand,
  RemoveTagsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  type Tag,
  type Trail,
} from "@aws-sdk/client-cloudtrail";
import { href } from "../app/location.ts";
import { cloudTrail, HOME_REGION } from "../session/session.ts";

export type Status = GetTrailStatusCommandOutput;

export interface TrailWithStatus {
  trail: Trail;
  /** Undefined where it may not be read. */
  status: Status | undefined;
}

export const trailAddress = ({ TrailARN }: Trail): string => href(`/trails/${encodeURIComponent(TrailARN ?? "")}`);

/** `arn:aws:cloudtrail:REGION:ACCOUNT:trail/NAME` says where a trail is at home. */
function regionOf(arn: string): string {
  return /^arn:[a-z-]+:cloudtrail:([a-z0-9-]+):/.exec(arn)?.[1] ?? HOME_REGION;
}

/** Every trail that the account sees, with its status. */
export async function listTrails(signal: AbortSignal): Promise<TrailWithStatus[]> {
  const { trailList = [] } = await cloudTrail(HOME_REGION).send(new DescribeTrailsCommand({}), { abortSignal: signal });
  return Promise.all(trailList.map(async (trail) => ({ trail, status: await statusOf(trail, signal) })));
}

async function statusOf({ TrailARN = "" }: Trail, signal: AbortSignal): Promise<Status | undefined> {
  try {
    return await cloudTrail(regionOf(TrailARN)).send(new GetTrailStatusCommand({ Name: TrailARN }), { abortSignal: signal });
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}

export interface WholeTrail extends TrailWithStatus {
  selectors: readonly (EventSelector | AdvancedEventSelector)[];
  tags: Tag[];
}

/** A trail with all that is known of it. */
export async function readTrail(arn: string, signal: AbortSignal): Promise<WholeTrail> {
  const client = cloudTrail(regionOf(arn));
  const options = { abortSignal: signal };
  const { Trail: trail = {} } = await client.send(new GetTrailCommand({ Name: arn }), options);
  const [status, selectors, tags] = await Promise.all([
    statusOf(trail, signal),
    client.send(new GetEventSelectorsCommand({ TrailName: arn }), options),
    client.send(new ListTagsCommand({ ResourceIdList: [arn] }), options),
  ]);
  return {
    trail,
    status,
    selectors: selectors.AdvancedEventSelectors ?? selectors.EventSelectors ?? [],
    tags: tags.ResourceTagList?.[0]?.TagsList ?? [],
  };
}

export async function startLogging(arn: string): Promise<void> {
  await cloudTrail(regionOf(arn)).send(new StartLoggingCommand({ Name: arn }));
}

export async function stopLogging(arn: string): Promise<void> {
  await cloudTrail(regionOf(arn)).send(new StopLoggingCommand({ Name: arn }));
}

export async function deleteTrail(arn: string): Promise<void> {
  await cloudTrail(regionOf(arn)).send(new DeleteTrailCommand({ Name: arn }));
}

/** Takes away what is gone, then sets what is new or has another value. */
export async function changeTags(arn: string, old: readonly Tag[], next: readonly Tag[]): Promise<void> {
  const client = cloudTrail(regionOf(arn));
  const gone = old.filter(({ Key }) => !next.some((tag) => tag.Key === Key)).map(({ Key }) => ({ Key }));
  const set = next.filter(({ Key, Value }) => !old.some((tag) => tag.Key === Key && tag.Value === Value));
  if (gone.length > 0) await client.send(new RemoveTagsCommand({ ResourceId: arn, TagsList: gone }));
  if (set.length > 0) await client.send(new AddTagsCommand({ ResourceId: arn, TagsList: set }));
}

export type InsightKind = "ApiCallRateInsight" | "ApiErrorRateInsight";

/** A trail without any answers with an error, which means none. */
export async function readInsights(arn: string, signal: AbortSignal): Promise<InsightKind[]> {
  try {
    const { InsightSelectors = [] } = await cloudTrail(regionOf(arn)).send(new GetInsightSelectorsCommand({ TrailName: arn }), { abortSignal: signal });
    return InsightSelectors.flatMap(({ InsightType }) => (InsightType === undefined ? [] : [InsightType]));
  } catch (error) {
    if (error instanceof Error && error.name.startsWith("InsightNotEnabled")) return [];
    throw error;
  }
}

export async function putInsights(arn: string, kinds: readonly InsightKind[]): Promise<void> {
  await cloudTrail(regionOf(arn)).send(new PutInsightSelectorsCommand({ TrailName: arn, InsightSelectors: kinds.map((InsightType) => ({ InsightType })) }));
}
