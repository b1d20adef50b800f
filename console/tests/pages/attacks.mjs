// Events that attack whoever looks at them: shown as text, on every page.
import assert from "node:assert/strict";
import { ATTACKS, HIDING } from "../attacks.mjs";

export async function judge(page, scene) {
  const { attacks } = scene;
  for (const event of attacks.filter((_, index) => index % 12 === 0)) {
    await scene.go(`/events/${event.eventID}`);
    await page.getByRole("heading", { name: "Record", exact: true }).waitFor();
    const text = await page.locator(".json").innerText();
    const written = JSON.stringify(event.userAgent).slice(1, -1);
    if (!HIDING.some((character) => event.userAgent.includes(character))) assert.ok(text.includes(written), `${written} is not shown as it is`);
  }
  const hiding = attacks.find((event) => JSON.stringify(event).includes("\u202e"));
  await scene.go(`/events/${hiding.eventID}`);
  await page.locator(".mark", { hasText: "U+202E" }).first().waitFor();
  await scene.judgeAccess("an event");
  await scene.go(`/compare?id=${attacks[0].eventID}&id=${attacks[1].eventID}`);
  await page.getByRole("heading", { name: "Compare events" }).waitFor();
  await scene.judgeAccess("a comparison");
  await scene.go(`/who?kind=accessKeyId&value=${encodeURIComponent(attacks[0].userIdentity.accessKeyId)}`);
  await page.getByRole("heading", { name: "Over time" }).waitFor();
  await page.locator(".bars rect").first().waitFor();
  await scene.judgeAccess("who is this");
  assert.equal(await page.evaluate(() => window.hit), undefined, "something ran");
  scene.told(`${ATTACKS.length} attacks in ${attacks.length} events were text and nothing else`);
}
