// Judges the console in a real browser, against the server that CAIRN_URL names: signs in, opens each page, filters, follows, saves, and
// looks at events that attack whoever looks at them. Ends with 0 when all of it is as it should be.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { CloudTrailClient, CreateTrailCommand, DescribeTrailsCommand, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { chromium } from "playwright-core";
import { bring, makeBucket } from "./bring.mjs";
import { ATTACKS, attackingEvents, HIDING } from "./attacks.mjs";

const url = process.env.CAIRN_URL;
const credentials = { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY };
const api = new CloudTrailClient({ endpoint: url, region: "us-east-1", credentials });
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const began = Date.now();
const told = (what) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s  ${what}`);

const attacks = attackingEvents();
await bring({ url, credentials, events: attacks });
told(`${attacks.length} attacking events are in the history`);

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
const page = await context.newPage();
// Long enough for a busy machine of two cores.
page.setDefaultTimeout(60_000);
const faults = [];
page.on("dialog", (dialog) => {
  faults.push(`a dialog: ${dialog.message()}`);
  dialog.dismiss();
});
page.on("pageerror", (error) => faults.push(`an error: ${error.message}`));
page.on("console", (message) => {
  if (message.type() === "error" && !/status of 40[013]/.test(message.text())) faults.push(`on the console: ${message.text()}`);
});
page.on("request", (request) => {
  if (!request.url().startsWith(url) && !/^(blob|data):/.test(request.url())) faults.push(`a request to ${request.url()}`);
});

/** Goes on without loading anew, which would forget who is signed in. */
async function go(path) {
  await page.evaluate((address) => {
    history.pushState(null, "", address);
    dispatchEvent(new PopStateEvent("popstate"));
  }, `/_console${path}`);
}

async function judgeAccess(name) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 300)).join(" | ")}`);
  });
  assert.deepEqual(violations, [], `${name} is not for everyone`);
}

const rows = () => page.locator("table tbody tr").filter({ has: page.locator("th, td") });
const idsOnPage = async () => (await page.locator('tbody a[href*="/_console/events/"]').evaluateAll((links) => links.map((link) => decodeURIComponent(link.pathname.split("/").pop()))));

// The way in.
const first = await page.goto(`${url}/`);
assert.equal(new URL(page.url()).pathname, "/_console/");
assert.match(first.headers()["content-security-policy"], /require-trusted-types-for 'script'/);
await page.getByLabel("Access key ID").fill(credentials.accessKeyId);
await page.getByLabel("Secret access key").fill("wrong");
await page.getByRole("button", { name: "Sign in" }).click();
await page.getByText("Cairn did not accept this key").waitFor();
await judgeAccess("the sign-in page");
await page.getByLabel("Secret access key").fill(credentials.secretAccessKey);
await page.getByRole("button", { name: "Sign in" }).click();
await page.getByRole("heading", { name: "Dashboard" }).waitFor();
const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
assert.ok(!stored.includes(credentials.secretAccessKey) && !stored.includes(credentials.accessKeyId), "a key was stored");
told("signed in, after a refusal; no key is in any storage");

// Event history: everything of a search, whatever is asked.
await go(`/events?range=all&category=all&q=eventSource%3D${attacks[0].eventSource}`);
await page.getByRole("heading", { name: "Event history" }).waitFor();
await page.getByText("These are all.").waitFor();
await rows().nth(10).waitFor();
assert.deepEqual(new Set(await idsOnPage()), new Set(attacks.map(({ eventID }) => eventID)));
await judgeAccess("event history");
told("event history shows what the API has");

await go(`/events?range=1h&category=all&join=or&q=eventSource%3Dnothing.example&q=eventId%5E${attacks[0].eventID.slice(0, 8)}`);
await page.getByText("filtered among the").waitFor();
const beginning = new Set(attacks.map(({ eventID }) => eventID));
for (let tries = 0; (await idsOnPage()).length < beginning.size; tries++) {
  assert.ok(tries < 30, "searching further finds nothing");
  // The button waits while it searches, and goes with the last event.
  await page.getByRole("button", { name: "Search further" }).click({ timeout: 1000 }).catch(() => undefined);
}
assert.deepEqual(new Set(await idsOnPage()), beginning);
await go("/events?q=nonsense&region=NOWHERE&range=7x&category=some");
await page.getByText("Parts of this link could not be read").waitFor();
told("OR is decided in the page; a broken link is said to be one");

// Downloads are what the API has, and no spreadsheet runs them.
await go(`/events?range=all&category=all&q=eventSource%3D${attacks[0].eventSource}`);
await page.getByText("These are all.").waitFor();
async function downloaded(kind) {
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  await page.getByRole("menuitem", { name: kind }).click();
  return readFileSync(await (await waiting).path(), "utf8");
}
const csv = await downloaded("CSV");
for (const { eventID } of attacks) assert.ok(csv.includes(`"${eventID}"`), `${eventID} is missing in the CSV`);
const cells = [...csv.matchAll(/"((?:[^"]|"")*)"(?:,|\r\n)/g)].map(([, cell]) => cell.replaceAll('""', '"'));
assert.deepEqual(cells.filter((cell) => /^[=+@\t\r-]/.test(cell)), [], "a cell begins a formula");
const { Records } = JSON.parse(await downloaded("JSON"));
const byId = new Map(Records.map((record) => [record.eventID, record]));
for (const event of attacks) assert.deepEqual(byId.get(event.eventID), event);
told("CSV and JSON have every event, and no formula");

// A call is seen within a moment while the page follows.
await go("/events?follow=yes");
await page.getByText("New events appear as they are recorded").waitFor();
await rows().first().waitFor();
const client = new CloudTrailClient({ endpoint: url, region: "us-east-1", credentials, customUserAgent: "followed/1.0" });
const called = Date.now();
await client.send(new DescribeTrailsCommand({}));
const { Events } = await api.send(new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: "DescribeTrails" }], MaxResults: 1 }));
await page.locator(`tbody a[href*="${Events[0].EventId}"]`).waitFor();
told(`a call was on the page after ${Date.now() - called} ms`);

// Events that attack: shown as text, everywhere.
for (const event of attacks.filter((_, index) => index % 8 === 0)) {
  await go(`/events/${event.eventID}`);
  await page.getByRole("heading", { name: "Record" }).waitFor();
  const text = await page.locator(".json").innerText();
  const written = JSON.stringify(event.userAgent).slice(1, -1);
  if (!HIDING.some((character) => event.userAgent.includes(character))) assert.ok(text.includes(written), `${written} is not shown as it is`);
}
const hiding = attacks.find((event) => JSON.stringify(event).includes("\u202e"));
await go(`/events/${hiding.eventID}`);
await page.locator(".mark", { hasText: "U+202E" }).first().waitFor();
await judgeAccess("an event");
await go(`/compare?id=${attacks[0].eventID}&id=${attacks[1].eventID}`);
await page.getByRole("heading", { name: "Compare events" }).waitFor();
await judgeAccess("a comparison");
await go(`/who?kind=accessKeyId&value=${encodeURIComponent(attacks[0].userIdentity.accessKeyId)}`);
await page.getByRole("heading", { name: "Over time" }).waitFor();
await judgeAccess("who is this");
assert.equal(await page.evaluate(() => window.hit), undefined, "something ran");
told(`${ATTACKS.length} attacks in ${attacks.length} events were text and nothing else`);

// Trails: seen, started, stopped.
const trail = `console-${attacks[0].eventID.slice(0, 8)}`;
await makeBucket({ url, credentials, name: trail });
await api.send(new CreateTrailCommand({ Name: trail, S3BucketName: trail }));
await go("/trails");
await page.getByRole("link", { name: trail }).waitFor();
await judgeAccess("trails");
await page.getByRole("link", { name: trail }).click();
await page.getByRole("button", { name: "Start logging" }).click();
await page.getByRole("button", { name: "Stop logging" }).click();
const dialog = page.getByRole("dialog", { name: "Stop logging?" });
await judgeAccess("a trail");
await dialog.getByRole("button", { name: "Stop logging" }).click();
await page.getByRole("button", { name: "Start logging" }).waitFor();
told("a trail was started and stopped");

// The dashboard, in the dark.
await page.getByRole("button", { name: /^Theme/ }).click();
await go("/");
await page.getByRole("heading", { name: "Events per minute" }).waitFor();
await page.getByText("TrailStopped").first().waitFor();
await judgeAccess("the dashboard");
await go("/nowhere");
await page.getByText("There is no such page").waitFor();
await go("/events?range=all");
await rows().nth(3).waitFor();
await judgeAccess("event history in the dark");
told("the dashboard shows the finding, in the dark as well");

// A reload forgets who was signed in, and the link stays.
await page.reload();
await page.getByLabel("Access key ID").waitFor();
assert.equal(new URL(page.url()).search, "?range=all");

// By password. The route answers here as it is documented, with a session that the server gave.
const sts = new STSClient({ endpoint: url, region: "us-east-1", credentials });
const { Credentials: session } = await sts.send(new GetSessionTokenCommand({}));
const asked = [];
let seconds = 3600;
await page.route("**/v1/sign-*", async (route) => {
  const body = route.request().postDataJSON();
  asked.push([new URL(route.request().url()).pathname, body]);
  const refused = body.mfaCode === undefined && body.password !== undefined;
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = session;
  const expiration = new Date(Date.now() + seconds * 1000).toISOString();
  await route.fulfill(refused
    ? { status: 401, json: { code: "MfaCodeRequired", message: "A code is needed." } }
    : { json: { credentials: { accessKeyId, secretAccessKey, sessionToken, expiration }, principal: {} } });
});
async function signInByPassword() {
  await page.getByRole("button", { name: "With a password" }).click();
  await page.getByLabel("User name").fill("alice");
  await page.getByLabel("Password", { exact: true }).fill("a password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("MFA code").fill("123456");
  await page.getByRole("button", { name: "Sign in" }).click();
}
await signInByPassword();
await page.getByRole("heading", { name: "Event history" }).waitFor();
assert.deepEqual(asked.map(([path, { userName, mfaCode }]) => [path, userName, mfaCode]), [["/v1/sign-in", "alice", undefined], ["/v1/sign-in", "alice", "123456"]]);
await page.getByRole("button", { name: /^Signed in/ }).click();
await page.getByRole("menuitem", { name: "Sign out" }).click();
await page.getByLabel("Secret access key").waitFor();
assert.deepEqual(asked.at(-1), ["/v1/sign-out", { accessKeyId: session.AccessKeyId, sessionToken: session.SessionToken }]);
seconds = 4;
await signInByPassword();
await page.getByText("Your credentials have expired").waitFor();
assert.equal(new URL(page.url()).search, "?range=all");
told("signed in by password and code, signed out, and out again when the session ended");
assert.deepEqual(faults, []);
await browser.close();
told("nothing was asked of anyone else, nothing ran, nothing failed");
