// On a phone: everything can be read without scrolling sideways, but tables.
import assert from "node:assert/strict";

export async function judge(page, scene) {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  const pages = [["/", "Events per minute"], ["/events?range=all", "Event history"], [`/events/${scene.attacks[0].eventID}`, "Record"], ["/trails", "Trails"], ["/create-role", "Create role"], ["/session", "My session"], ["/users", "Users"]];
  for (const [path, heading] of pages) {
    await scene.go(path);
    await page.getByRole("heading", { name: heading }).first().waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 392, `${path} is ${wide} pixels wide`);
  }
  await page.setViewportSize(size);
  scene.told("all of it is as wide as a phone");
}
