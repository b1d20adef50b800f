// The bucket that a trail delivers to, the keys that may encrypt its files.
import { KMSClient, ListAliasesCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand, ListBucketsCommand, PutBucketPolicyCommand, S3Client } from "@aws-sdk/client-s3";
import { clientOptions } from "../session/session.ts";

/** The server's own address has no names of buckets before it. */
const buckets = (): S3Client => new S3Client({ ...clientOptions(), forcePathStyle: true });

const NAMES_MAX = 1000;

export async function listBuckets(signal: AbortSignal): Promise<string[]> {
  const { Buckets = [] } = await buckets().send(new ListBucketsCommand({}), { abortSignal: signal });
  return Buckets.slice(0, NAMES_MAX).map(({ Name = "" }) => Name);
}

/** A bucket of ours from an earlier attempt is as good as a new one. */
export async function createBucket(name: string): Promise<void> {
  try {
    await buckets().send(new CreateBucketCommand({ Bucket: name }));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "BucketAlreadyOwnedByYou") throw error;
  }
}

/** Lets CloudTrail look at the bucket's ACL and put files of one trail, nothing else. */
export function bucketPolicy(bucket: string, prefix: string, arn: string): string {
  const partition = arn.split(":")[1] ?? "aws";
  const whole = `arn:${partition}:s3:::${bucket}`;
  const folder = prefix === "" ? "" : `${prefix}/`;
  const service = { Service: "cloudtrail.amazonaws.com" };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Sid: "TrailReadsAcl", Effect: "Allow", Principal: service, Action: "s3:GetBucketAcl", Resource: whole, Condition: { StringEquals: { "aws:SourceArn": arn } } },
      {
        Sid: "TrailDelivers",
        Effect: "Allow",
        Principal: service,
        Action: "s3:PutObject",
        Resource: `${whole}/${folder}AWSLogs/*`,
        Condition: { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": arn } },
      },
    ],
  });
}

export async function letTrailDeliver(bucket: string, prefix: string, arn: string): Promise<void> {
  await buckets().send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: bucketPolicy(bucket, prefix, arn) }));
}

export interface KeyChoice {
  /** What a trail is given. */
  value: string;
  description: string;
}

/** The account's keys: by alias where they have one, by ARN otherwise. */
export async function listKeys(region: string, signal: AbortSignal): Promise<KeyChoice[]> {
  const client = new KMSClient(clientOptions(region));
  const [aliases, keys] = await Promise.all([
    client.send(new ListAliasesCommand({ Limit: 100 }), { abortSignal: signal }),
    client.send(new ListKeysCommand({ Limit: NAMES_MAX }), { abortSignal: signal }),
  ]);
  const named = (aliases.Aliases ?? []).filter(({ TargetKeyId }) => TargetKeyId !== undefined);
  return [
    ...named.map(({ AliasName = "", TargetKeyId = "" }) => ({ value: AliasName, description: TargetKeyId })),
    ...(keys.Keys ?? []).map(({ KeyArn = "", KeyId = "" }) => ({ value: KeyArn, description: KeyId })),
  ];
}
