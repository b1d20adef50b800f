// Sessions that are renewed, and sessions that really end: from outside while pages are open, and soon to end by themselves.
import assert from "node:assert/strict";
import { DescribeTrailsCommand, GetEventSelectorsCommand } from "@aws-sdk/client-cloudtrail";
import { iam } from "../bring.mjs";

const PASSWORD = "Second-password-2!";
const EXPIRED = "Your credentials have expired";

export async function judge(page, scene) {
  const UserName = `ending-${Date.now().toString(36)}`;
  const call = (action, parameters) => iam({ url: scene.url, credentials: scene.credentials, action, parameters });
  await call("CreateUser", { UserName });
  await call("CreateLoginProfile", { UserName, Password: PASSWORD });
  await call("AttachUserPolicy", { UserName, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" });
  await scene.signOut();
  await renewed(page, scene, UserName);
  await renewedNoMore(page, scene, UserName, call);
  await soon(page, scene, UserName);
  await searching(page, scene, UserName);
  await making(page, scene, UserName);
  await others(page, scene);
}

/** Signs in by password on the page that asks for it; gives the credentials. */
async function enter(page, userName) {
  await page.getByRole("button", { name: "With a password" }).click();
  await page.getByRole("textbox", { name: "User name" }).fill(userName);
  await page.getByRole("textbox", { name: "Password", exact: true }).fill(PASSWORD);
  const answer = page.waitForResponse((response) => new URL(response.url()).pathname === "/v1/sign-in" && response.request().method() === "POST");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  const { credentials } = await (await answer).json();
  await page.getByRole("button", { name: /^Signed in/ }).waitFor();
  return credentials;
}

/** Ends a session as anybody can who has its token. */
async function end({ url }, { accessKeyId, sessionToken }) {
  const answer = await fetch(`${url}/v1/sign-out`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ accessKeyId, sessionToken }) });
  assert.equal(answer.status, 200);
}

/** Signs in. The answer says that the end is near; the credentials are the real ones. */
async function enterFor(page, userName, milliseconds) {
  const isSignIn = (address) => address.pathname === "/v1/sign-in";
  await page.route(isSignIn, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    const answer = await route.fetch();
    const body = await answer.json();
    body.credentials.expiration = new Date(Date.now() + milliseconds).toISOString();
    await route.fulfill({ response: answer, json: body });
  });
  const credentials = await enter(page, userName);
  await page.unroute(isSignIn);
  return credentials;
}

const renewal = (page) => page.waitForResponse((response) => new URL(response.url()).pathname === "/v1/sign-in/renew");

/** Credentials are renewed before they end, and nothing on the page is lost by that. */
async function renewed(page, scene, userName) {
  const renewing = renewal(page);
  const old = await enterFor(page, userName, 20_000);
  await scene.go("/events?range=all");
  await scene.rows().first().waitFor();
  await page.getByLabel("Conditions for events").fill("half a wo");
  await page.getByText(/Your session ends in/).first().waitFor();
  const answer = await renewing;
  assert.equal(answer.status(), 200);
  const { credentials, renewableUntil } = await answer.json();
  assert.equal(credentials.accessKeyId, old.accessKeyId);
  assert.notEqual(credentials.sessionToken, old.sessionToken);
  assert.ok(new Date(renewableUntil) > new Date(credentials.expiration));
  await page.getByText(/Your session ends in/).first().waitFor({ state: "detached" });
  const asking = page.waitForRequest((request) => new URL(request.url()).pathname === "/v1/search");
  await page.getByRole("button", { name: "Look again" }).click();
  assert.equal((await asking).headers()["x-amz-security-token"], credentials.sessionToken);
  assert.equal(await page.getByLabel("Conditions for events").inputValue(), "half a wo");
  await page.getByLabel("Conditions for events").fill("");
  await scene.go("/session");
  await page.getByText("Renewed until").waitFor();
  await scene.signOut();
  scene.told("credentials are renewed before they end, and what was typed stays");
}

/** A user whose password is another by now is renewed no more, and the session ends when it said. */
async function renewedNoMore(page, scene, userName, call) {
  const renewing = renewal(page);
  await enterFor(page, userName, 20_000);
  await call("UpdateLoginProfile", { UserName: userName, Password: PASSWORD });
  assert.equal((await renewing).status(), 403);
  await page.getByText(EXPIRED).waitFor();
  scene.told("after a change of the password nothing is renewed, and the session ends");
}

/** The end is told before it comes. */
async function soon(page, scene, userName) {
  await enterFor(page, userName, 240_000);
  await scene.go("/events?range=all");
  await scene.rows().first().waitFor();
  await page.getByText(/Your session ends in (4|3) minutes/).first().waitFor();
  await scene.judgeAccess("a session that ends soon");
  await page.getByRole("button", { name: "Sign in again now" }).click();
  await page.getByText("Sign in again; this page stays where it is.").waitFor();
  scene.told("a session that ends soon is said to, and can be begun anew");
}

async function searching(page, scene, userName) {
  const credentials = await enter(page, userName);
  await scene.go("/events?range=all&q=eventName!:nothing");
  await scene.rows().first().waitFor();
  await page.getByLabel("Conditions for events").fill("half a wo");
  await end(scene, credentials);
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByText(EXPIRED).waitFor();
  assert.equal(await page.locator("tr[data-row]:visible").count(), 0, "events are shown to nobody");
  await scene.judgeAccess("the sign-in page of a session that ended");
  await enter(page, userName);
  await scene.rows().first().waitFor();
  assert.match(new URL(page.url()).search, /nothing/);
  assert.equal(await page.getByLabel("Conditions for events").inputValue(), "half a wo");
  await page.getByLabel("Conditions for events").fill("");
  await scene.signOut();
  scene.told("a session ended from outside is asked for again, and the history is as it was, half a word included");
}

async function making(page, scene, userName) {
  const credentials = await enter(page, userName);
  const name = `ending-${Date.now().toString(36)}`;
  await scene.go("/trails/create");
  await page.getByLabel("Trail name").fill(name);
  await page.getByLabel("Bucket name").fill(name);
  const next = page.getByRole("button", { name: "Next", exact: true });
  await next.click();
  await page.getByLabel("SNS topic").waitFor();
  await next.click();
  await page.getByRole("button", { name: "JSON", exact: true }).click();
  const selectors = [{ Name: "Typed before the end", FieldSelectors: [{ Field: "eventCategory", Equals: ["Management"] }] }];
  const typed = JSON.stringify({ AdvancedEventSelectors: selectors });
  await page.getByLabel("Selectors as JSON").fill(typed);
  await end(scene, credentials);
  await page.getByRole("button", { name: "Try", exact: true }).click();
  await page.getByText(EXPIRED).waitFor();
  const again = await enter(page, userName);
  assert.equal(await page.getByLabel("Selectors as JSON").inputValue(), typed, "the step is where it was, with what was typed");
  await next.click();
  const create = page.getByRole("button", { name: "Create trail", exact: true });
  await create.waitFor();
  // Once more, as the trail is made.
  await end(scene, again);
  await create.click();
  await page.getByText(EXPIRED).waitFor();
  await enter(page, userName);
  await create.click();
  await page.getByText(`The trail ${name} is made.`).waitFor();
  const { trailList } = await scene.api.send(new DescribeTrailsCommand({ trailNameList: [name] }));
  assert.equal(trailList[0]?.S3BucketName, name);
  const { AdvancedEventSelectors } = await scene.api.send(new GetEventSelectorsCommand({ TrailName: name }));
  assert.deepEqual(AdvancedEventSelectors.map(({ Name }) => Name), ["Typed before the end"]);
  scene.told("a trail was made whose wizard lost its session twice, and nothing that was typed");
}

/** What one left behind is not shown to another. */
async function others(page, scene) {
  await scene.go("/trails/create");
  await page.getByLabel("Trail name").fill("left-behind");
  await scene.signOut();
  await scene.signIn();
  await page.getByLabel("Trail name").waitFor();
  assert.equal(await page.getByLabel("Trail name").inputValue(), "");
  await scene.go("/");
  await page.getByRole("heading", { name: "Dashboard" }).waitFor();
}
