// The dashboard: figures that are those of the API, each of which leads to its events.
import assert from "node:assert/strict";
import { askRoute } from "../bring.mjs";

export async function judge(page, scene) {
  const { url, credentials, attacks } = scene;
  await scene.go("/");
  await page.getByRole("heading", { name: "Events per minute" }).waitFor();
  const source = attacks[0].eventSource;
  await page.getByRole("list", { name: "By service" }).getByRole("link", { name: source }).waitFor();
  await scene.judgeAccess("the dashboard");
  const filter = { field: "eventSource", op: "equals", values: [source] };
  const { total } = await askRoute({ url, credentials, path: "/v1/counts", body: { filter } });
  assert.equal(total, attacks.length);
  const row = page.getByRole("list", { name: "By service" }).getByRole("listitem").filter({ hasText: source });
  assert.match(await row.innerText(), new RegExp(`${attacks.length}$`));
  await row.getByRole("link").click();
  await page.getByRole("heading", { name: "Event history" }).waitFor();
  await scene.rows().first().waitFor();
  assert.equal((await scene.allIds()).size, attacks.length);
  await scene.go("/nowhere");
  await page.getByText("There is no such page").waitFor();
  scene.told("the dashboard counts as the API does, and leads to what it counted");
}
