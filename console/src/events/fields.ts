// The fields of an event that can be shown, filtered and linked, in the order in which they are offered.
import type { LookupAttributeKey } from "@aws-sdk/client-cloudtrail";
import type { words } from "../words.ts";
import { type ShownEvent, textAt } from "./event.ts";

export interface Field {
  key: keyof typeof words.fields;
  /** By which LookupEvents itself filters. */
  attribute?: LookupAttributeKey;
  /** Every value that an event has. */
  of(event: ShownEvent): string[];
}

const some = (...values: (string | undefined)[]): string[] =>
  values.filter((value): value is string => value !== undefined && value !== "");

const member = (...path: string[]) => (event: ShownEvent) => some(textAt(event.record, ...path));

export const FIELDS: readonly Field[] = [
  { key: "eventName", attribute: "EventName", of: (event) => some(event.listed.EventName) },
  { key: "eventSource", attribute: "EventSource", of: (event) => some(event.listed.EventSource) },
  { key: "userName", attribute: "Username", of: (event) => some(event.listed.Username) },
  { key: "resourceName", attribute: "ResourceName", of: (event) => some(...event.resources.map(({ name }) => name)) },
  { key: "resourceType", attribute: "ResourceType", of: (event) => [...new Set(some(...event.resources.map(({ type }) => type)))] },
  { key: "readOnly", attribute: "ReadOnly", of: (event) => some(event.listed.ReadOnly) },
  { key: "accessKeyId", attribute: "AccessKeyId", of: (event) => some(event.listed.AccessKeyId) },
  { key: "eventId", attribute: "EventId", of: (event) => some(event.id) },
  { key: "errorCode", of: member("errorCode") },
  { key: "errorMessage", of: member("errorMessage") },
  { key: "region", of: member("awsRegion") },
  { key: "sourceAddress", of: member("sourceIPAddress") },
  { key: "userAgent", of: member("userAgent") },
  { key: "account", of: member("recipientAccountId") },
  { key: "callerAccount", of: member("userIdentity", "accountId") },
  { key: "callerType", of: member("userIdentity", "type") },
  { key: "callerArn", of: member("userIdentity", "arn") },
  { key: "callerId", of: member("userIdentity", "principalId") },
  { key: "role", of: member("userIdentity", "sessionContext", "sessionIssuer", "arn") },
  { key: "mfa", of: member("userIdentity", "sessionContext", "attributes", "mfaAuthenticated") },
  { key: "invokedBy", of: member("userIdentity", "invokedBy") },
  { key: "category", of: member("eventCategory") },
  { key: "eventType", of: member("eventType") },
  { key: "requestId", of: member("requestID") },
  { key: "sharedEventId", of: member("sharedEventID") },
  { key: "endpointId", of: member("vpcEndpointId") },
];

const BY_KEY = new Map<string, Field>(FIELDS.map((field) => [field.key, field]));

export const fieldNamed = (key: string): Field | undefined => BY_KEY.get(key);

/** The first value of a field, for a cell. */
export function firstOf(event: ShownEvent, key: Field["key"]): string | undefined {
  return BY_KEY.get(key)?.of(event)[0];
}
