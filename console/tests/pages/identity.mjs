// Judges the pages of users, groups, roles, policies and one's own session.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { AttachRolePolicyCommand, AttachUserPolicyCommand, CreateAccessKeyCommand, CreatePolicyCommand, CreateRoleCommand, CreateUserCommand, GetRoleCommand, GetUserPolicyCommand, IAMClient, ListAccessKeysCommand, ListAttachedUserPoliciesCommand } from "@aws-sdk/client-iam";

export async function judge(page, scene) {
  const iam = new IAMClient({ endpoint: scene.url, region: "us-east-1", credentials: scene.credentials });
  await shown(page, scene, iam);
  await made(page, scene, iam);
  await policies(page, scene, iam);
  await declared(page, scene);
  await session(page, scene, iam);
}

async function shown(page, { go, judgeAccess, told }, iam) {
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
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy secret access key" }).click();
  const secret = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(secret.length, 40);
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download as CSV" }).click();
  const csv = readFileSync(await (await waiting).path(), "utf8");
  assert.equal(csv, `User name,Access key ID,Secret access key\r\n${name},${AccessKeyId},${secret}\r\n`);
  await page.getByRole("button", { name: "I have kept it" }).click();
  await page.getByText("Keep this secret now").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Deactivate" }).click();
  await page.getByRole("dialog", { name: "Deactivate this access key?" }).getByRole("button", { name: "Deactivate" }).click();
  await page.getByText("The access key is inactive.").waitFor();
  assert.ok(!(await page.content()).includes(secret), "the secret is still in the page");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Delete this access key?" });
  await dialog.getByLabel(`Type ${AccessKeyId} to confirm`).fill(AccessKeyId);
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByText("The access key is deleted.").waitFor();
  assert.deepEqual((await iam.send(new ListAccessKeysCommand({ UserName: name }))).AccessKeyMetadata, []);
  told("a key was made, shown once, switched off and deleted");

  // A policy's document, with what is wrong with it.
  await page.getByRole("list", { name: "Attached policies" }).getByRole("link", { name }).click();
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

/** A user, a group and a role are made by keyboard; what is wrong is said beside its field. */
async function made(page, { go, judgeAccess, told }, iam) {
  const name = `made-${Date.now().toString(36)}`;
  await go("/users");
  await page.getByRole("button", { name: "Create user" }).click();
  await page.getByLabel("Name", { exact: true }).fill("not a name");
  await page.getByLabel("Path").fill("staff");
  await page.keyboard.press("Enter");
  await page.getByText("A name has 1 to 64 letters").waitFor();
  await page.getByText("A path begins and ends with a slash, like").waitFor();
  await judgeAccess("a user's form with faults");
  await iam.send(new CreateUserCommand({ UserName: name }));
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Path").fill("/staff/");
  await page.keyboard.press("Enter");
  const field = page.getByLabel("Name", { exact: true });
  await page.locator('input[aria-invalid="true"]').first().waitFor();
  assert.match(await describedBy(page, field), /already exists/i);
  // A look elsewhere loses nothing.
  await go("/groups");
  await page.getByRole("heading", { name: "Groups", level: 1 }).waitFor();
  await go("/create-user");
  assert.equal(await field.inputValue(), name);
  assert.equal(await page.getByLabel("Path").inputValue(), "/staff/");
  await field.fill(`${name}-2`);
  await page.keyboard.press("Enter");
  await page.getByText(`${name}-2 is made.`).waitFor();
  await page.getByText("No access keys.").waitFor();

  await go("/create-group");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.keyboard.press("Enter");
  await page.getByText(`${name} is made.`, { exact: true }).first().waitFor();

  await go("/create-role");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Start from").click();
  await page.getByRole("option", { name: "Another account, with an external ID" }).click();
  const trust = page.getByRole("textbox", { name: "Who may assume it" });
  assert.match(await trust.inputValue(), /EXTERNAL-ID/);
  const whole = await trust.inputValue();
  await trust.fill(whole.slice(0, -2));
  await page.getByText(/This is no JSON: line \d+/).waitFor();
  await judgeAccess("a role's form with a broken document");
  await trust.fill(whole.replace("sts:AssumeRole", "sts:AssumeRolle").replace("ACCOUNT-ID", "123456789012"));
  await page.getByText(/^(Error|Warning):/).first().waitFor();
  await trust.fill(whole.replace("ACCOUNT-ID", "nobody"));
  await page.getByRole("button", { name: "Create role" }).click();
  await page.locator('textarea[aria-invalid="true"]').waitFor();
  assert.match(await describedBy(page, trust), /principal|policy/i);
  await trust.fill(whole.replace("ACCOUNT-ID", "123456789012").replace("EXTERNAL-ID", "agreed"));
  await page.getByRole("button", { name: "Create role" }).click();
  await page.getByRole("heading", { name: "Who may assume it" }).waitFor();
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: name }));
  assert.match(decodeURIComponent(Role.AssumeRolePolicyDocument), /agreed/);
  await page.getByRole("button", { name: "Edit who may assume it" }).click();
  await page.getByRole("textbox", { name: "Who may assume it" }).fill(whole.replace("ACCOUNT-ID", "123456789012").replace("EXTERNAL-ID", "anew"));
  await page.getByRole("button", { name: "Save trust policy" }).click();
  await page.getByText("The trust policy is saved.").waitFor();
  assert.match(decodeURIComponent((await iam.send(new GetRoleCommand({ RoleName: name }))).Role.AssumeRolePolicyDocument), /anew/);
  await page.getByRole("button", { name: "Delete role" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete role" });
  await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByText(`${name} is deleted.`).waitFor();
  told("a user, a group and a role were made; what the server refused stood beside its field, and nothing typed was lost");
}

/** What assistive technology reads with a field. */
async function describedBy(page, field) {
  const ids = (await field.getAttribute("aria-describedby")) ?? "";
  const texts = await Promise.all(ids.split(" ").filter(Boolean).map((id) => page.locator(`[id="${id}"]`).innerText()));
  return texts.join(" ");
}

async function policies(page, { go, judgeAccess, told }, iam) {
  const name = `holder-${Date.now().toString(36)}`;
  await iam.send(new CreateUserCommand({ UserName: name }));
  await go(`/users/${name}`);
  await page.getByRole("button", { name: "Attach policy" }).click();
  const wanted = page.getByLabel("Managed policy");
  await wanted.fill("no-such-policy");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Attach", exact: true }).click();
  await page.getByText("No managed policy has this name").waitFor();
  await wanted.fill("arn:aws:iam::aws:policy/NoSuchPolicy");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Attach", exact: true }).click();
  await page.locator('input[aria-invalid="true"]').waitFor();
  await wanted.fill("SecurityAudit");
  await page.getByRole("option", { name: "SecurityAudit" }).first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await judgeAccess("a policy to attach");
  await page.getByRole("button", { name: "Attach", exact: true }).click();
  await page.getByRole("button", { name: "Detach SecurityAudit" }).waitFor();
  const attached = async () => (await iam.send(new ListAttachedUserPoliciesCommand({ UserName: name }))).AttachedPolicies.map(({ PolicyName }) => PolicyName);
  assert.deepEqual(await attached(), ["SecurityAudit"]);
  await page.getByRole("button", { name: "Detach SecurityAudit" }).click();
  await page.getByText("The policy SecurityAudit is detached.").waitFor();
  assert.deepEqual(await attached(), []);

  await page.getByRole("button", { name: "Add inline policy" }).click();
  await page.getByLabel("Policy name").fill("reads");
  const text = page.getByRole("textbox", { name: "Policy document" });
  const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:GetObjekt", Resource: "*" }] };
  await text.fill(JSON.stringify(document, null, 2));
  await page.getByText(/^(Error|Warning):/).first().waitFor();
  await judgeAccess("an inline policy with findings");
  await go("/users");
  await page.getByRole("heading", { name: "Users", level: 1 }).waitFor();
  await go(`/users/${name}`);
  assert.match(await text.inputValue(), /GetObjekt/);
  document.Statement[0].Action = "s3:GetObject";
  await text.fill(JSON.stringify(document, null, 2));
  await page.getByRole("button", { name: "Save policy" }).click();
  await page.getByText("The inline policy reads is saved.").waitFor();
  const saved = async () => JSON.parse(decodeURIComponent((await iam.send(new GetUserPolicyCommand({ UserName: name, PolicyName: "reads" }))).PolicyDocument));
  assert.deepEqual(await saved(), document);
  await page.getByRole("button", { name: "Edit reads" }).click();
  document.Statement[0].Resource = "arn:aws:s3:::logs/*";
  await text.fill(JSON.stringify(document));
  await page.getByRole("button", { name: "Save policy" }).click();
  await page.getByRole("button", { name: "Edit reads" }).and(page.locator(":enabled")).waitFor();
  assert.deepEqual(await saved(), document);
  await page.getByRole("button", { name: "Delete reads" }).click();
  await page.getByRole("dialog", { name: "Delete this inline policy?" }).getByRole("button", { name: "Delete" }).click();
  await page.getByText("The inline policy reads is deleted.").waitFor();
  told("managed policies were attached and detached, an inline one written with its findings, changed and deleted");
}

/** What the settings declare is marked, and what cannot be marked is told when it is refused. */
async function declared(page, { go, judgeAccess, told }) {
  await go("/users/declared");
  const isDeclared = await page.getByText("Declared in cairn.toml").or(page.getByText(/NoSuchEntity/)).first().innerText();
  if (!isDeclared.includes("Declared")) {
    told("skipped: the settings of this server declare nobody");
    return;
  }
  await page.getByText("Only that file changes it").waitFor();
  for (const button of ["Attach policy", "Add inline policy", "Delete user"]) {
    // Cloudscape keeps a disabled button with a reason in reach of the keyboard.
    assert.ok(await page.getByRole("button", { name: button }).isDisabled(), button);
  }
  await judgeAccess("a declared user");
  await go("/roles/declared");
  await page.getByText("Only that file changes it").waitFor();
  await go("/groups/declared");
  await page.getByRole("button", { name: "Add inline policy" }).click();
  await page.getByLabel("Policy name").fill("more");
  await page.getByRole("textbox", { name: "Policy document" }).fill('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}');
  await page.getByRole("button", { name: "Save policy" }).click();
  await page.getByText("The settings file declares this").waitFor();
  await page.getByText(/is declared in cairn\.toml/).waitFor();
  assert.equal(await page.getByLabel("Policy name").inputValue(), "more");
  await page.getByRole("button", { name: "Cancel" }).click();
  told("what the settings declare is marked, or said when it is refused");
}

/** A session of a role: where it came from, what it is limited to, when it ends; and it is ended for real. */
async function session(page, scene, iam) {
  const name = `session-${Date.now().toString(36)}`;
  const { User } = await iam.send(new CreateUserCommand({ UserName: name }));
  await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"], Principal: { AWS: User.Arn } }] };
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const own = (given) => ({ endpoint: scene.url, region: "us-east-1", credentials: given });
  const sts = new STSClient(own({ accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey }));
  await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }));
  const { Credentials } = await sts.send(new AssumeRoleCommand({
    RoleArn: `arn:aws:iam::123456789012:role/${name}`,
    RoleSessionName: "shift",
    SourceIdentity: "nina",
    Policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["cloudtrail:*","cairn:*"],"Resource":"*"}]}',
    Tags: [{ Key: "team", Value: "audit" }],
    TransitiveTagKeys: ["team"],
  }));
  await scene.signOut();
  await page.getByLabel("Session token").fill(Credentials.SessionToken);
  await scene.signIn({ accessKeyId: Credentials.AccessKeyId, secretAccessKey: Credentials.SecretAccessKey });
  await scene.go("/session");
  const chain = page.getByRole("region", { name: "How the session came to be" });
  await chain.getByText(`user/${name}`).waitFor();
  await chain.getByText(`assumed-role/${name}/shift`).waitFor();
  await page.getByText("cloudtrail:*").waitFor();
  await page.getByText("passed on to further roles").waitFor();
  await page.getByText("nina", { exact: true }).last().waitFor();
  await scene.judgeAccess("a role's session");
  await page.getByRole("button", { name: "End this session" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End this session" }).click();
  await page.getByText("Your session has ended.").waitFor();
  const api = new STSClient(own({ accessKeyId: Credentials.AccessKeyId, secretAccessKey: Credentials.SecretAccessKey, sessionToken: Credentials.SessionToken }));
  await assert.rejects(api.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::123456789012:role/${name}`, RoleSessionName: "again" })), { name: /ExpiredToken/ });
  await scene.signIn();
  scene.told("a session shows its chain, policy and tags, and is ended for real");
}
