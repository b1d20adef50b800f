// Judges the pages about the server itself: gateways, settings, routes.
import assert from "node:assert/strict";

export async function judge(page, { go, judgeAccess, told }) {
  await go("/gateways");
  await page.getByRole("heading", { name: "Capture gateways" }).waitFor();
  await page.getByText("No capture gateways").or(page.getByText("Forwards to")).first().waitFor();
  await judgeAccess("capture gateways");
  await go("/settings?find=listen");
  await page.getByRole("heading", { name: "About this server" }).waitFor();
  const table = page.getByRole("table", { name: "Effective settings" });
  await table.getByText("listen", { exact: true }).waitFor();
  assert.equal(await page.getByLabel("Find settings").inputValue(), "listen");
  await page.getByLabel("Find settings").fill("root_secret");
  await table.getByText("Not shown").waitFor();
  await page.waitForURL(/find=root_secret/);
  await judgeAccess("settings and about");
  await go("/api");
  await page.getByText("/v1/search", { exact: true }).waitFor();
  await judgeAccess("the page of routes");
  told("gateways, settings with their origin, and the routes are shown");
}
