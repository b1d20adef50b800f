// The fields of an event that can be shown, filtered and linked, in the order in which they are offered.
import { words } from "../words.ts";
import { type ShownEvent, textAt } from "./event.ts";

export interface Field {
  key: keyof typeof words.fields;
  /** What `/v1/search` and `/v1/counts` call it. */
  asked: string;
  /** Every value that an event has. */
  of(event: ShownEvent): string[];
}

const some = (...values: (string | undefined)[]): string[] =>
  values.filter((value): value is string => value !== undefined && value !== "");

/** A member of the record, which the server knows by the same path. */
const member = (key: Field["key"], path: string): Field => {
  const names = path.split(".");
  return { key, asked: path, of: (event) => some(textAt(event.record, ...names)) };
};

export const FIELDS: readonly Field[] = [
  member("eventName", "eventName"),
  member("eventSource", "eventSource"),
  { key: "userName", asked: "userName", of: (event) => some(event.userName) },
  { key: "resourceName", asked: "resourceName", of: (event) => some(...event.resources.map(({ name }) => name)) },
  { key: "resourceType", asked: "resourceType", of: (event) => [...new Set(some(...event.resources.map(({ type }) => type)))] },
  member("readOnly", "readOnly"),
  { key: "accessKeyId", asked: "accessKeyId", of: (event) => some(textAt(event.record, "userIdentity", "accessKeyId")) },
  { key: "eventId", asked: "eventID", of: (event) => some(event.id) },
  member("errorCode", "errorCode"),
  member("errorMessage", "errorMessage"),
  member("region", "awsRegion"),
  member("sourceAddress", "sourceIPAddress"),
  member("userAgent", "userAgent"),
  member("account", "recipientAccountId"),
  member("callerAccount", "userIdentity.accountId"),
  member("callerType", "userIdentity.type"),
  member("callerArn", "userIdentity.arn"),
  member("callerId", "userIdentity.principalId"),
  { key: "role", asked: "role", of: (event) => some(textAt(event.record, "userIdentity", "sessionContext", "sessionIssuer", "arn")) },
  { key: "origin", asked: "originPrincipal", of: (event) => some(textAt(event.origin, "arn")) },
  member("mfa", "userIdentity.sessionContext.attributes.mfaAuthenticated"),
  member("invokedBy", "userIdentity.invokedBy"),
  member("category", "eventCategory"),
  member("eventType", "eventType"),
  member("requestId", "requestID"),
  member("sharedEventId", "sharedEventID"),
  member("endpointId", "vpcEndpointId"),
];

const BY_KEY = new Map<string, Field>(FIELDS.map((field) => [field.key, field]));

export const fieldNamed = (key: string): Field | undefined => BY_KEY.get(key);

/** The path of a member that has no name of its own: `requestParameters.bucketName`. */
const PATH = /^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)+$/;
const PATH_CHARACTERS_MAX = 200;

export const isPath = (key: string): boolean => key.length <= PATH_CHARACTERS_MAX && PATH.test(key);

/** What the server calls a field; undefined when there is none of that name. */
export const askedName = (key: string): string | undefined => fieldNamed(key)?.asked ?? (isPath(key) ? key : undefined);

/** What people call it. */
export const labelOf = (key: string): string => (Object.hasOwn(words.fields, key) ? words.fields[key as Field["key"]] : key);

/** The first value of a field, for a cell. */
export function firstOf(event: ShownEvent, key: Field["key"]): string | undefined {
  return BY_KEY.get(key)?.of(event)[0];
}
