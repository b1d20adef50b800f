// Records with missing and huge members, from the future, and links that no page made.
import assert from "node:assert/strict";

/** The largest event that Cairn takes. */
const EVENT_BYTES_MAX = 1 << 20;

export async function judge(page, scene) {
  const run = scene.attacks[0].eventID.slice(0, 8);
  const source = `strange-${run}.example`;
  const base = {
    eventVersion: "1.11", eventTime: new Date(Date.now() - 30_000).toISOString().replace(/\.\d+/, ""), eventSource: source, awsRegion: "us-east-1",
    eventType: "AwsApiCall", eventCategory: "Management", managementEvent: true, recipientAccountId: "123456789012",
  };
  const id = (number) => `${run}-0000-4000-9000-${String(number).padStart(12, "0")}`;
  const events = [
    { ...base, eventID: id(1), eventName: "Bare" },
    { ...base, eventID: id(2), eventName: "Huge", requestParameters: { text: "h".repeat(200_000), nested: { list: Array.from({ length: 10_000 }, (_, index) => `item-${index}`) } } },
    { ...base, eventID: id(3), eventName: "Future", eventTime: "2090-01-01T00:00:00Z", userIdentity: { type: "Root" } },
    largest({ ...base, eventID: id(5), eventName: "Largest" }),
    { ...base, eventID: id(4), eventName: "Odd", userIdentity: [], requestParameters: 12345678901234567890n, resources: "none", errorCode: 5 },
  ];
  const body = events.map((event) => JSON.parse(JSON.stringify(event, (_, value) => (typeof value === "bigint" ? 7 : value))));
  await scene.bring(body.filter(({ eventID }) => eventID !== id(4)));
  await scene.go(`/events?range=all&category=all&q=eventSource%3D${source}`);
  await scene.rows().nth(3).waitFor();
  await page.getByRole("link", { name: "Huge" }).click();
  await page.getByRole("heading", { name: "Record", exact: true }).waitFor();
  await page.getByText("its first part is shown").waitFor();
  await scene.go(`/events/${id(5)}`);
  await page.getByRole("heading", { name: "Largest" }).waitFor();
  await page.getByText("its first part is shown").waitFor();
  await scene.go(`/events/${id(1)}`);
  await page.getByRole("heading", { name: "Bare" }).waitFor();
  await scene.go(`/events/${id(3)}`);
  await page.getByText("2090").first().waitFor();
  await scene.go(`/compare?id=${id(1)}&id=${id(2)}&id=${id(3)}`);
  await page.getByRole("heading", { name: "Compare events" }).waitFor();

  for (const path of ["/events/%E0%A4%A", "/events/no-such-event", "/who?kind=constructor&value=x", "/compare?id=", "/events?from=x&to=y", `/events?q=${"x".repeat(5000)}`]) {
    await scene.go(path);
    await page.locator('[class*="alert"]').first().waitFor();
  }
  assert.ok(await page.getByRole("button", { name: /^Signed in/ }).isVisible());
  scene.told("records with little, with far too much and of the future are shown; links that mean nothing are said to");
}

/** An event of as many bytes as there may be, half of them one text and half of them members that attack. */
function largest(event) {
  const attack = "<img src=x onerror=window.hit=1>";
  const full = { ...event, requestParameters: Object.fromEntries(Array.from({ length: 8000 }, (_, index) => [`${attack}${index}`, attack])), text: "" };
  full.text = "\u202e<svg onload=window.hit=1>".padEnd(EVENT_BYTES_MAX, "h");
  const over = Buffer.byteLength(JSON.stringify(full)) - EVENT_BYTES_MAX;
  full.text = full.text.slice(0, -over);
  assert.equal(Buffer.byteLength(JSON.stringify(full)), EVENT_BYTES_MAX);
  return full;
}
