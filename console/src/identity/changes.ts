// What is changed about users, groups and roles, as IAM takes it.
import {
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachGroupPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { iam } from "./iam.ts";

/** Who has policies. */
export type HolderKind = "users" | "groups" | "roles";

export interface Holder {
  kind: HolderKind;
  name: string;
}

export function attach({ kind, name }: Holder, PolicyArn: string): Promise<unknown> {
  if (kind === "users") return iam().send(new AttachUserPolicyCommand({ UserName: name, PolicyArn }));
  if (kind === "groups") return iam().send(new AttachGroupPolicyCommand({ GroupName: name, PolicyArn }));
  return iam().send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
}

export function detach({ kind, name }: Holder, PolicyArn: string): Promise<unknown> {
  if (kind === "users") return iam().send(new DetachUserPolicyCommand({ UserName: name, PolicyArn }));
  if (kind === "groups") return iam().send(new DetachGroupPolicyCommand({ GroupName: name, PolicyArn }));
  return iam().send(new DetachRolePolicyCommand({ RoleName: name, PolicyArn }));
}

export function putInline({ kind, name }: Holder, PolicyName: string, PolicyDocument: string): Promise<unknown> {
  if (kind === "users") return iam().send(new PutUserPolicyCommand({ UserName: name, PolicyName, PolicyDocument }));
  if (kind === "groups") return iam().send(new PutGroupPolicyCommand({ GroupName: name, PolicyName, PolicyDocument }));
  return iam().send(new PutRolePolicyCommand({ RoleName: name, PolicyName, PolicyDocument }));
}

export function deleteInline({ kind, name }: Holder, PolicyName: string): Promise<unknown> {
  if (kind === "users") return iam().send(new DeleteUserPolicyCommand({ UserName: name, PolicyName }));
  if (kind === "groups") return iam().send(new DeleteGroupPolicyCommand({ GroupName: name, PolicyName }));
  return iam().send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName }));
}

export function deleteHolder({ kind, name }: Holder): Promise<unknown> {
  if (kind === "users") return iam().send(new DeleteUserCommand({ UserName: name }));
  if (kind === "groups") return iam().send(new DeleteGroupCommand({ GroupName: name }));
  return iam().send(new DeleteRoleCommand({ RoleName: name }));
}

/** `trust` is the trust policy of a role. */
export function createHolder({ kind, name }: Holder, Path: string, trust: string): Promise<unknown> {
  if (kind === "users") return iam().send(new CreateUserCommand({ UserName: name, Path }));
  if (kind === "groups") return iam().send(new CreateGroupCommand({ GroupName: name, Path }));
  return iam().send(new CreateRoleCommand({ RoleName: name, Path, AssumeRolePolicyDocument: trust }));
}

export const putTrust = (RoleName: string, PolicyDocument: string) => iam().send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));

/** The file of settings that declares this, by its tag; nothing changes it but that file. */
export const declaredIn = (tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined): string | undefined =>
  tags?.find(({ Key }) => Key === "cairn:declared-in")?.Value;
