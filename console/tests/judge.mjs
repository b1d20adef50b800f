// Judges the console in a real browser, against the server that CAIRN_URL names: each file of `pages/` judges a part of it.
// `node tests/judge.mjs [NAME…]` judges parts alone. Ends with 0 when all of it is as it should be.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { chromium } from "playwright-core";
import { Scene } from "./scene.mjs";

const url = process.env.CAIRN_URL;
const credentials = { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY };
const wanted = process.argv.slice(2);

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, colorScheme: "light" });
const page = await context.newPage();
const scene = new Scene({ url, credentials, page });
await scene.bring(scene.attacks);
scene.told(`${scene.attacks.length} attacking events are in the history`);

await page.goto(`${url}/`);
await scene.signIn();
// Each begins signed in, on any page, and leaves it so.
for (const file of readdirSync(new URL("pages/", import.meta.url)).sort()) {
  const name = file.replace(/\.mjs$/, "");
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const { judge } = await import(`./pages/${file}`);
  await judge(page, scene);
  assert.deepEqual(scene.faults, [], `while ${name} was judged`);
}
assert.equal(await page.evaluate(() => window.hit), undefined, "something of an event ran");
await browser.close();
await scene.end();
scene.told("nothing was asked of anyone else, nothing ran, nothing failed");
