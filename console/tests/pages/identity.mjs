// Judges the pages of users, groups, roles, policies and one's own session.
import assert from "node:assert/strict";
import { AttachUserPolicyCommand, CreatePolicyCommand, CreateRoleCommand, CreateUserCommand, IAMClient, ListAccessKeysCommand } from "@aws-sdk/client-iam";

export async function judge(page, { url, credentials, go, judgeAccess, told }) {
  const iam = new IAMClient({ endpoint: url, region: "us-east-1", credentials });
  const name = `console-${Date.now().toString(36)}`;
  await iam.send(new CreateUserCommand({ UserName: name }));
  const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:GetObjekt", Resource: "*" }] };
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: JSON.stringify(document) }));
  await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: Policy.Arn }));
  const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: `arn:aws:iam::123456789012:user/${name}` } }] };
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }));

  await go(`/users?find=${name}`);
  await page.getByRole("link", { name }).waitFor();
  await judgeAccess("users");
  await page.getByRole("link", { name }).click();
  await page.getByText("No access keys.").waitFor();

  // A key: its secret once, then off, then gone by its ID.
  await page.getByRole("button", { name: "Create access key" }).click();
  await page.getByText("Keep this secret now").waitFor();
  await judgeAccess("a user with a new key");
  const [{ AccessKeyId }] = (await iam.send(new ListAccessKeysCommand({ UserName: name }))).AccessKeyMetadata;
  await page.getByRole("button", { name: "I have kept it" }).click();
  await page.getByText("Keep this secret now").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Deactivate" }).click();
  await page.getByText("The access key is inactive.").waitFor();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Delete this access key?" });
  await dialog.getByLabel(`Type ${AccessKeyId} to confirm`).fill(AccessKeyId);
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByText("The access key is deleted.").waitFor();
  assert.deepEqual((await iam.send(new ListAccessKeysCommand({ UserName: name }))).AccessKeyMetadata, []);
  told("a key was made, shown once, switched off and deleted");

  // A policy's document, with what is wrong with it.
  await page.getByRole("link", { name }).click();
  await page.getByRole("heading", { name: "Policy document" }).waitFor();
  await page.getByText(/^Error:|^Warning:/).first().waitFor();
  await judgeAccess("a policy");
  await go(`/roles/${name}`);
  await page.getByRole("heading", { name: "Who may assume it" }).waitFor();
  await judgeAccess("a role");
  for (const [path, title] of [["groups", "Groups"], ["roles", "Roles"], ["policies?scope=AWS", "Policies"], ["session", "My session"]]) {
    await go(`/${path}`);
    await page.getByRole("heading", { name: title, level: 1 }).waitFor();
    await judgeAccess(title);
  }
  told("users, groups, roles, policies with their findings, and the session are shown");
}
