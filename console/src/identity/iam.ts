// Users, groups, roles and policies, as IAM tells of them.
import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetGroupCommand,
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListPoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  type PolicyScopeType,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { clientOptions } from "../session/session.ts";
import { decoded } from "../app/location.ts";

export const iam = (): IAMClient => new IAMClient(clientOptions());

/** Lists are read to their end, but not beyond this. */
const ENTRIES_MAX = 10_000;
const PAGE = 1000;

interface Paged {
  IsTruncated?: boolean | undefined;
  Marker?: string | undefined;
}

async function allOf<P extends Paged, T>(ask: (Marker: string | undefined) => Promise<P>, items: (page: P) => T[] | undefined): Promise<T[]> {
  const found: T[] = [];
  let marker: string | undefined;
  do {
    const page = await ask(marker);
    found.push(...(items(page) ?? []));
    marker = page.IsTruncated === true ? page.Marker : undefined;
  } while (marker !== undefined && found.length < ENTRIES_MAX);
  return found;
}

export const listUsers = (abortSignal: AbortSignal) =>
  allOf((Marker) => iam().send(new ListUsersCommand({ Marker, MaxItems: PAGE }), { abortSignal }), ({ Users }) => Users);

export const listGroups = (abortSignal: AbortSignal) =>
  allOf((Marker) => iam().send(new ListGroupsCommand({ Marker, MaxItems: PAGE }), { abortSignal }), ({ Groups }) => Groups);

export const listRoles = (abortSignal: AbortSignal) =>
  allOf((Marker) => iam().send(new ListRolesCommand({ Marker, MaxItems: PAGE }), { abortSignal }), ({ Roles }) => Roles);

export const listPolicies = (Scope: PolicyScopeType, abortSignal: AbortSignal) =>
  allOf((Marker) => iam().send(new ListPoliciesCommand({ Marker, MaxItems: PAGE, Scope }), { abortSignal }), ({ Policies }) => Policies);

/** A policy within its user, group or role. */
export interface Inline {
  name: string;
  document: string;
}

/** Documents travel percent-encoded. */
const plain = (document: string | undefined): string => decoded(document ?? "") ?? document ?? "";

export async function readUser(UserName: string, abortSignal: AbortSignal) {
  const client = iam();
  const options = { abortSignal };
  const of = { UserName };
  const [user, keys, devices, groups, attached, names] = await Promise.all([
    client.send(new GetUserCommand(of), options),
    client.send(new ListAccessKeysCommand(of), options),
    client.send(new ListMFADevicesCommand(of), options),
    client.send(new ListGroupsForUserCommand(of), options),
    client.send(new ListAttachedUserPoliciesCommand(of), options),
    client.send(new ListUserPoliciesCommand(of), options),
  ]);
  const used = (AccessKeyId: string) => client.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }), options).catch(() => undefined);
  const inline = async (PolicyName: string): Promise<Inline> => {
    const { PolicyDocument } = await client.send(new GetUserPolicyCommand({ UserName, PolicyName }), options);
    return { name: PolicyName, document: plain(PolicyDocument) };
  };
  return {
    user: user.User,
    keys: await Promise.all(
      (keys.AccessKeyMetadata ?? []).map(async (key) => ({ ...key, lastUsed: (await used(key.AccessKeyId ?? ""))?.AccessKeyLastUsed })),
    ),
    devices: devices.MFADevices ?? [],
    groups: groups.Groups ?? [],
    attached: attached.AttachedPolicies ?? [],
    inline: await Promise.all((names.PolicyNames ?? []).map(inline)),
  };
}

export type WholeUser = Awaited<ReturnType<typeof readUser>>;

export async function readGroup(GroupName: string, abortSignal: AbortSignal) {
  const client = iam();
  const options = { abortSignal };
  const [group, attached, names] = await Promise.all([
    client.send(new GetGroupCommand({ GroupName }), options),
    client.send(new ListAttachedGroupPoliciesCommand({ GroupName }), options),
    client.send(new ListGroupPoliciesCommand({ GroupName }), options),
  ]);
  const inline = async (PolicyName: string): Promise<Inline> => {
    const { PolicyDocument } = await client.send(new GetGroupPolicyCommand({ GroupName, PolicyName }), options);
    return { name: PolicyName, document: plain(PolicyDocument) };
  };
  return {
    group: group.Group,
    users: group.Users ?? [],
    attached: attached.AttachedPolicies ?? [],
    inline: await Promise.all((names.PolicyNames ?? []).map(inline)),
  };
}

export async function readRole(RoleName: string, abortSignal: AbortSignal) {
  const client = iam();
  const options = { abortSignal };
  const [role, attached, names] = await Promise.all([
    client.send(new GetRoleCommand({ RoleName }), options),
    client.send(new ListAttachedRolePoliciesCommand({ RoleName }), options),
    client.send(new ListRolePoliciesCommand({ RoleName }), options),
  ]);
  const inline = async (PolicyName: string): Promise<Inline> => {
    const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }), options);
    return { name: PolicyName, document: plain(PolicyDocument) };
  };
  return {
    role: role.Role,
    trust: plain(role.Role?.AssumeRolePolicyDocument),
    attached: attached.AttachedPolicies ?? [],
    inline: await Promise.all((names.PolicyNames ?? []).map(inline)),
  };
}

export async function readPolicy(PolicyArn: string, abortSignal: AbortSignal) {
  const client = iam();
  const options = { abortSignal };
  const [{ Policy: policy }, entities] = await Promise.all([
    client.send(new GetPolicyCommand({ PolicyArn }), options),
    client.send(new ListEntitiesForPolicyCommand({ PolicyArn }), options),
  ]);
  const { PolicyVersion } = await client.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: policy?.DefaultVersionId }), options);
  return {
    policy,
    document: plain(PolicyVersion?.Document),
    users: entities.PolicyUsers ?? [],
    groups: entities.PolicyGroups ?? [],
    roles: entities.PolicyRoles ?? [],
  };
}

export async function createKey(UserName: string) {
  return (await iam().send(new CreateAccessKeyCommand({ UserName }))).AccessKey;
}

export const setKey = (UserName: string, AccessKeyId: string, isActive: boolean) =>
  iam().send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: isActive ? "Active" : "Inactive" }));

export const deleteKey = (UserName: string, AccessKeyId: string) => iam().send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
