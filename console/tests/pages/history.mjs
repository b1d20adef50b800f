// Event history: every condition is decided by the server, every event of a search is there, downloads are what the API has.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { CloudTrailClient, DescribeTrailsCommand } from "@aws-sdk/client-cloudtrail";
import { askRoute } from "../bring.mjs";

export async function judge(page, scene) {
  await conditions(page, scene);
  await downloads(page, scene);
  await groups(page, scene);
  await keyboard(page, scene);
  await follow(page, scene);
  await saved(page, scene);
}

async function conditions(page, scene) {
  const { attacks } = scene;
  const source = attacks[0].eventSource;
  const all = new Set(attacks.map(({ eventID }) => eventID));
  await scene.go(`/events?range=all&category=all&q=eventSource%3D${source}`);
  await page.getByRole("heading", { name: "Event history" }).waitFor();
  await page.getByText("These are all.").waitFor({ state: "attached" }).catch(() => undefined);
  await scene.rows().nth(10).waitFor();
  assert.deepEqual([...(await scene.allIds())].sort(), [...all].sort());
  await scene.judgeAccess("event history");
  const asked = [
    [`join=or&q=eventSource%3Dnothing.example&q=eventId%5E${attacks[0].eventID.slice(0, 8)}`, () => true],
    [`q=eventSource%3D${source}&q=eventName!:attack00`, ({ eventName }) => !eventName.includes("Attack00")],
    [`q=eventSource%3D${source}&q=*:attack003`, (event) => JSON.stringify(event).toLowerCase().includes("attack003")],
    [`q=eventSource%3D${source}&q=requestParameters.bucketName^%3Csvg`, ({ requestParameters }) => requestParameters.bucketName.startsWith("<svg")],
    [`q=eventSource%3D${source}&region=us-east-1&region=eu-west-1`, () => true],
    [`q=eventSource%3D${source}&q=result%3Dfailed`, ({ errorCode }) => errorCode !== ""],
  ];
  for (const [query, is] of asked) {
    await scene.go(`/events?range=all&category=all&${query}`);
    const wanted = new Set(attacks.filter(is).map(({ eventID }) => eventID));
    assert.ok(wanted.size > 0, query);
    await scene.rows().first().waitFor();
    assert.deepEqual([...(await scene.allIds())].sort(), [...wanted].sort(), query);
  }
  await scene.go("/events?q=nonsense&region=NOWHERE&range=7x&category=some&account=nobody");
  await page.getByText("Parts of this link could not be read").waitFor();
  scene.told("AND, OR, negation, text, members and Regions are decided by the server; a broken link is said to be one");
}

async function downloads(page, scene) {
  const { attacks, url, credentials } = scene;
  const source = attacks[0].eventSource;
  await scene.go(`/events?range=all&category=all&q=eventSource%3D${source}`);
  await scene.rows().first().waitFor();
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
  const filter = { field: "eventSource", op: "equals", values: [source] };
  const answer = await askRoute({ url, credentials, path: "/v1/search", body: { filter, limit: 1000 } });
  assert.deepEqual(Records, answer.events.map(({ record }) => record));
  const byId = new Map(Records.map((record) => [record.eventID, record]));
  for (const event of attacks) assert.deepEqual(byId.get(event.eventID), event);
  scene.told("CSV and JSON have every event as the API has it, and no formula");
}

const named = (number) => `Attack${String(number).padStart(3, "0")}`;

/** Groups stand in the address, are made with the mouse, and the server decides them as one condition each. */
async function groups(page, scene) {
  const { attacks, url, credentials } = scene;
  const source = attacks[0].eventSource;
  const of = (...numbers) => attacks.filter(({ eventName }) => numbers.some((number) => eventName.startsWith(named(number)))).map(({ eventID }) => eventID).sort();
  const asked = [
    [`q=eventSource%3D${source}&or.1=eventName%5E${named(1)}&or.1=eventName%5E${named(2)}`, of(1, 2)],
    [`join=or&and.1=eventSource%3D${source}&and.1=eventName%5E${named(3)}&and.2=eventSource%3D${source}&and.2=eventName%5E${named(4)}`, of(3, 4)],
    // Of one condition it is no group.
    [`q=eventSource%3D${source}&or.1=eventName%5E${named(5)}`, of(5)],
  ];
  for (const [query, wanted] of asked) {
    await scene.go(`/events?range=all&category=all&${query}`);
    await scene.rows().first().waitFor();
    assert.deepEqual([...(await scene.allIds())].sort(), wanted, query);
  }
  await scene.go(`/events?range=all&or.1=nonsense&or.2=eventName%3DA`);
  await page.getByText("Parts of this link could not be read").waitFor();

  // Two conditions that nothing meets both become one group, of which each event meets one.
  await scene.go(`/events?range=all&category=all&q=eventSource%3D${source}&q=eventName%5E${named(6)}&q=eventName%5E${named(7)}`);
  await page.getByText("No events", { exact: true }).waitFor();
  await page.getByRole("button", { name: new RegExp(`Event name.*${named(6)}`) }).first().click();
  await page.getByRole("button", { name: "Add filter actions" }).click();
  await page.getByRole("menuitem", { name: new RegExp(`${named(7)}.*to group`) }).click();
  await scene.judgeAccess("the editor of a group");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL(/or\.1=[^&]*Attack006.*or\.1=[^&]*Attack007/);
  await scene.rows().first().waitFor();
  assert.deepEqual([...(await scene.allIds())].sort(), of(6, 7));
  await scene.judgeAccess("a search with a group");

  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  await page.getByRole("menuitem", { name: "JSON" }).click();
  const { Records } = JSON.parse(readFileSync(await (await waiting).path(), "utf8"));
  const test = (number) => ({ field: "eventName", op: "startsWith", values: [named(number)], ignoreCase: true });
  const filter = { and: [{ field: "eventSource", op: "equals", values: [source] }, { or: [test(6), test(7)] }] };
  const answer = await askRoute({ url, credentials, path: "/v1/search", body: { filter, limit: 1000 } });
  assert.deepEqual(Records, answer.events.map(({ record }) => record));
  await keep(page, "Either");
  await scene.go("/events");
  await page.getByRole("button", { name: "Saved searches" }).click();
  await page.getByRole("menuitem", { name: "Open" }).click();
  await page.getByRole("menuitem", { name: "Either" }).first().click();
  await page.waitForURL(/or\.1=/);
  await scene.rows().first().waitFor();
  assert.deepEqual([...(await scene.allIds())].sort(), of(6, 7));
  scene.told("groups of conditions are decided by the server, in links, downloads and saved searches");
}

/** Arrows and ends go from row to row, Enter opens the event. */
async function keyboard(page, scene) {
  await scene.go(`/events?range=all&category=all&q=eventSource%3D${scene.attacks[0].eventSource}`);
  await page.getByText("These are all.").waitFor({ state: "attached" });
  await page.locator(".rows").focus();
  await page.keyboard.press("End");
  const last = page.locator("tr[data-row]:focus");
  await last.waitFor();
  assert.equal(await last.getAttribute("aria-rowindex"), String(scene.attacks.length + 1));
  assert.equal(await page.locator(".rows table").getAttribute("aria-rowcount"), String(scene.attacks.length + 1));
  await page.keyboard.press("ArrowUp");
  await page.locator(`tr[aria-rowindex="${scene.attacks.length}"]:focus`).waitFor();
  await page.keyboard.press("Home");
  await page.locator('tr[aria-rowindex="2"]:focus').waitFor();
  const id = await page.locator("tr[data-row]:focus").getAttribute("data-row");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/events/${id}`);
  await page.getByRole("heading", { name: "Record", exact: true }).waitFor();
  scene.told("the keyboard goes through the rows and opens one");
}

async function follow(page, scene) {
  await scene.go("/events?follow=yes&q=userAgent:followed");
  await page.getByText("New events appear as they are recorded").waitFor();
  await page.getByText("These are all.").or(page.getByText("No events")).first().waitFor();
  const client = new CloudTrailClient({ endpoint: scene.url, region: "us-east-1", credentials: scene.credentials, customUserAgent: "followed/1.0" });
  const before = await scene.rows().count();
  await client.send(new DescribeTrailsCommand({}));
  const called = Date.now();
  await scene.rows().nth(before).waitFor();
  const milliseconds = Date.now() - called;
  assert.ok(milliseconds < 5000, `a call was on the page after ${milliseconds} ms`);
  await page.getByRole("checkbox", { name: "Follow live" }).click();
  await page.getByText("Every call that Cairn has recorded").waitFor();
  scene.told(`a call was on the page after ${milliseconds} ms`);
}

async function saved(page, scene) {
  await scene.go("/events?range=all&q=errorCode%3DAccessDenied");
  await keep(page, "Refused");
  await scene.go("/events");
  await page.getByRole("button", { name: "Saved searches" }).click();
  await page.getByRole("menuitem", { name: "Open" }).click();
  await page.getByRole("menuitem", { name: "Refused" }).first().click();
  await page.waitForURL("**/events?*errorCode*");
  scene.told("a search is saved, and opened again");
}

/** Saves the search that is shown. */
async function keep(page, name) {
  await page.getByRole("button", { name: "Saved searches" }).click();
  await page.getByRole("menuitem", { name: "Save this search" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill(name);
  await page.getByRole("dialog").getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}
