// A trail that is being written: what the wizard's fields hold, and what is wrong with them before anybody asks the server.
import type { Trail } from "@aws-sdk/client-cloudtrail";
import { words } from "../words.ts";
import { ALL_MANAGEMENT, isRead, read, written } from "./selectors.ts";
import type { WholeTrail } from "./trails.ts";

export interface Draft {
  name: string;
  region: string;
  isNewBucket: boolean;
  bucket: string;
  prefix: string;
  key: string;
  validates: boolean;
  isMultiRegion: boolean;
  isOrganization: boolean;
  includesGlobal: boolean;
  topic: string;
  logGroup: string;
  role: string;
  selectors: string;
  logs: boolean;
  /** What of the making is done, so that another attempt goes on from there. */
  done: readonly Stage[];
  /** The ARN of the trail that this draft made already: other values are then a change of it. */
  made: string;
}

/** What making a trail takes, in this order. */
export type Stage = "bucket" | "policy" | "trail" | "selectors" | "logging";

export function newDraft(): Draft {
  return {
    name: "",
    region: "us-east-1",
    isNewBucket: true,
    bucket: "",
    prefix: "",
    key: "",
    validates: true,
    isMultiRegion: true,
    isOrganization: false,
    includesGlobal: true,
    topic: "",
    logGroup: "",
    role: "",
    selectors: written({ kind: "advanced", selectors: [ALL_MANAGEMENT] }),
    logs: true,
    done: [],
    made: "",
  };
}

export function draftOf({ trail, status, selectors }: WholeTrail): Draft {
  const isAdvanced = selectors.some((one) => "FieldSelectors" in one);
  return {
    name: trail.Name ?? "",
    region: trail.HomeRegion ?? "us-east-1",
    isNewBucket: false,
    bucket: trail.S3BucketName ?? "",
    prefix: trail.S3KeyPrefix ?? "",
    key: trail.KmsKeyId ?? "",
    validates: trail.LogFileValidationEnabled ?? false,
    isMultiRegion: trail.IsMultiRegionTrail ?? false,
    isOrganization: trail.IsOrganizationTrail ?? false,
    includesGlobal: trail.IncludeGlobalServiceEvents ?? true,
    topic: trail.SnsTopicARN ?? "",
    logGroup: trail.CloudWatchLogsLogGroupArn ?? "",
    role: trail.CloudWatchLogsRoleArn ?? "",
    selectors: JSON.stringify(isAdvanced ? { AdvancedEventSelectors: selectors } : { EventSelectors: selectors }, null, 2),
    logs: status?.IsLogging ?? false,
    done: [],
    made: "",
  };
}

/** The members that CreateTrail and UpdateTrail share. What is empty is not sent, but cleared where the trail had it. */
export function settingsOf(draft: Draft, old?: Trail) {
  const text = (value: string, before: string | undefined) => (value !== "" || before !== undefined ? value : undefined);
  return {
    S3BucketName: draft.bucket,
    S3KeyPrefix: text(draft.prefix, old?.S3KeyPrefix),
    SnsTopicName: text(draft.topic, old?.SnsTopicARN),
    CloudWatchLogsLogGroupArn: text(draft.logGroup, old?.CloudWatchLogsLogGroupArn),
    CloudWatchLogsRoleArn: text(draft.role, old?.CloudWatchLogsRoleArn),
    KmsKeyId: text(draft.key, old?.KmsKeyId),
    EnableLogFileValidation: draft.validates,
    IsMultiRegionTrail: draft.isMultiRegion,
    IncludeGlobalServiceEvents: draft.isMultiRegion || draft.includesGlobal,
    IsOrganizationTrail: draft.isOrganization,
  };
}

export type Faults = Partial<Record<keyof Draft, string>>;

/** What is wrong in a step, by field. The server judges again, and more sharply. */
export function faultsOf(draft: Draft, step: number): Faults {
  const faults: Faults = {};
  if (step === 0) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]$/.test(draft.name)) faults.name = words.wizard.nameWrong;
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(draft.bucket)) faults.bucket = words.wizard.bucketWrong;
    if (!/^[a-z]{2}(-[a-z]+)+-\d+$/.test(draft.region)) faults.region = words.wizard.regionWrong;
  }
  if (step === 1 && (draft.logGroup === "") !== (draft.role === "")) {
    faults[draft.role === "" ? "role" : "logGroup"] = words.wizard.logsWrong;
  }
  if (step === 2) {
    const found = read(draft.selectors);
    if (!isRead(found)) faults.selectors = words.selectors.unreadable(found.line, found.reason);
    else if (found.selectors.length === 0) faults.selectors = words.wizard.selectorsMissing;
  }
  return faults;
}
