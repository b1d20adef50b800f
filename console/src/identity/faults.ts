// To which field of a form a refusal of IAM belongs.
import { type Trouble, troubleOf } from "../session/errors.ts";

export type FieldName = "name" | "path" | "document" | "policy";
export type Refusals = Partial<Record<FieldName, string>>;

/** Text for the field that the server means; or trouble that is of the form as a whole. */
export function placed(error: unknown, has: readonly FieldName[]): { refusals: Refusals; trouble: Trouble | undefined } {
  const trouble = troubleOf(error);
  const name = error instanceof Error ? error.name : "";
  const field = fieldOf(name, trouble.message);
  if (field === undefined || !has.includes(field)) return { refusals: {}, trouble };
  return { refusals: { [field]: trouble.message }, trouble: undefined };
}

function fieldOf(name: string, message: string): FieldName | undefined {
  if (/^EntityAlreadyExists/.test(name)) return "name";
  if (/^MalformedPolicyDocument/.test(name)) return "document";
  if (/^NoSuchEntity|^PolicyNotAttachable/.test(name) && /polic/i.test(message)) return "policy";
  if (!/^Validation|^InvalidInput/.test(name)) return undefined;
  if (/document/i.test(message)) return "document";
  if (/policyArn|\barn\b/i.test(message)) return "policy";
  if (/path/i.test(message)) return "path";
  return /name/i.test(message) ? "name" : undefined;
}
