// The way in and out: by key, by password and the code of a device, after which nothing of it is in any storage.
import assert from "node:assert/strict";
import { iam } from "../bring.mjs";
import { code } from "../totp.mjs";

const PASSWORD = "First-password-1!";

export async function judge(page, scene) {
  const { url, credentials, attacks } = scene;
  await scene.signOut();
  const first = await page.goto(`${url}/`);
  assert.equal(new URL(page.url()).pathname, "/_console/");
  assert.match(first.headers()["content-security-policy"], /require-trusted-types-for 'script'/);
  await page.getByLabel("Access key ID").fill(credentials.accessKeyId);
  await page.getByLabel("Secret access key").fill("wrong");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("Cairn did not accept this key").waitFor();
  await scene.judgeAccess("the sign-in page");
  scene.told("a wrong key is refused, and what was typed stays");

  const userName = `judge-${attacks[0].eventID.slice(0, 8)}`;
  const seed = await person(scene, userName);
  await page.getByRole("button", { name: "With a password" }).click();
  await page.getByLabel("User name").fill(userName);
  await page.getByLabel("Password", { exact: true }).fill("not-it");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("Cairn did not let you in").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  // After a failure the next attempt may have to wait.
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByLabel("MFA code").waitFor();
  // The codes of now and before were used up when the device was enabled.
  await page.getByLabel("MFA code").fill(code(seed, 1));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Dashboard" }).waitFor();
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  for (const secret of ["AKIA", "ASIA", PASSWORD, credentials.secretAccessKey]) assert.ok(!stored.includes(secret), `${secret} was stored`);
  scene.told("signed in by password and code; no key is in any storage");

  // What the server has ended is asked for again where one is.
  await scene.go("/events?range=all");
  await scene.rows().first().waitFor();
  await scene.signOut();
  assert.equal(new URL(page.url()).search, "?range=all");
  await page.getByRole("button", { name: "With an access key" }).click();
  await scene.signIn();
  await scene.rows().first().waitFor();
}

/** A user with a password and a device; gives the device's seed. */
async function person({ url, credentials }, UserName) {
  const call = (action, parameters) => iam({ url, credentials, action, parameters });
  await call("CreateUser", { UserName });
  await call("CreateLoginProfile", { UserName, Password: PASSWORD });
  await call("AttachUserPolicy", { UserName, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" });
  const made = await call("CreateVirtualMFADevice", { VirtualMFADeviceName: UserName });
  const [, serial] = /<SerialNumber>(.*?)<\/SerialNumber>/.exec(made);
  const seed = Buffer.from(/<Base32StringSeed>(.*?)<\/Base32StringSeed>/.exec(made)[1], "base64").toString();
  await call("EnableMFADevice", { UserName, SerialNumber: serial, AuthenticationCode1: code(seed, -1), AuthenticationCode2: code(seed) });
  return seed;
}
