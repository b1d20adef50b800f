// Trust policies to start from.

export type TrustKind = "account" | "other" | "user" | "provider" | "service";

export const TRUSTS: readonly TrustKind[] = ["account", "other", "user", "provider", "service"];

/** A trust policy of a kind, in the account that makes the role. What has to be filled in stands in capitals. */
export function trustOf(kind: TrustKind, account: string): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement(kind, account)] }, null, 2);
}

function statement(kind: TrustKind, account: string) {
  const assume = { Effect: "Allow", Action: "sts:AssumeRole" };
  switch (kind) {
    case "account":
      return { ...assume, Principal: { AWS: `arn:aws:iam::${account}:root` } };
    case "other":
      return { ...assume, Principal: { AWS: "arn:aws:iam::ACCOUNT-ID:root" }, Condition: { StringEquals: { "sts:ExternalId": "EXTERNAL-ID" } } };
    case "user":
      return { ...assume, Principal: { AWS: `arn:aws:iam::${account}:user/USER-NAME` }, Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } };
    case "provider":
      return {
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/PROVIDER` },
        Condition: { StringEquals: { "PROVIDER:aud": "CLIENT-ID", "PROVIDER:sub": "SUBJECT" } },
      };
    case "service":
      return { ...assume, Principal: { Service: "cloudtrail.amazonaws.com" } };
  }
}
