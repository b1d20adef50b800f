// Draws pages of the console, light and dark, into docs/console/: `make pictures`. It starts a server with invented
// events in a folder of its own, and ends it: `node tests/pictures.mjs BINARY`.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { askRoute, iam, makeBucket } from "./bring.mjs";
import { packed } from "./png.mjs";
import { Scene } from "./scene.mjs";

const EVENTS = 20_000;
const BYTES_MAX = 150_000;
const SIZE = { width: 1280, height: 860 };
const folder = fileURLToPath(new URL("../../docs/console/", import.meta.url));
const credentials = { accessKeyId: "AKIAPICTURES00000001", secretAccessKey: "pictures/secret+of/forty+characters00000" };

function freePort() {
  return new Promise((give) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => give(port));
    });
  });
}

/** A server that is filled, with a gateway to itself. */
async function start(data) {
  const [port, gatewayPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const settings = join(data, "cairn.toml");
  writeFileSync(settings, "[delivery]\nlog_interval_seconds = 1\ndigest_interval_seconds = 3\n");
  const words = ["demo", "--events", String(EVENTS), "--data", join(data, "data"), "--listen", `127.0.0.1:${port}`, "--config", settings, "--capture", `127.0.0.1:${gatewayPort}=${url}`];
  const keys = { CAIRN_ROOT_ACCESS_KEY_ID: credentials.accessKeyId, CAIRN_ROOT_SECRET_ACCESS_KEY: credentials.secretAccessKey };
  const server = spawn(resolve(process.argv[2]), words, { cwd: data, env: { ...process.env, ...keys }, stdio: ["ignore", "pipe", "inherit"] });
  let isFilled = false;
  for await (const line of createInterface({ input: server.stdout })) {
    isFilled = line.startsWith("Try:");
    if (isFilled) break;
  }
  if (!isFilled) throw new Error("the server ended before it was filled");
  return { server, url, gateway: `http://127.0.0.1:${gatewayPort}` };
}

class Pictures {
  constructor(page, scene) {
    Object.assign(this, { page, scene });
  }

  /** One in each theme. What may move stands still: spinners, and the place that the mouse is over. */
  async draw(name) {
    await this.page.mouse.move(0, SIZE.height - 1);
    for (const theme of ["light", "dark"]) {
      await this.page.evaluate(() => Promise.all(document.getAnimations().filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime)).map((animation) => animation.finished.catch(() => undefined))));
      const png = packed(await this.page.screenshot({ animations: "disabled" }));
      if (png.length > BYTES_MAX) throw new Error(`${name}-${theme} has ${png.length} bytes`);
      writeFileSync(join(folder, `${name}-${theme}.png`), png);
      this.scene.told(`${name}-${theme}.png, ${Math.ceil(png.length / 1024)} KiB`);
      await this.page.evaluate(() => document.querySelector('#top [aria-label^="Theme"]').click());
    }
  }

  async of(name, path, seen) {
    await this.scene.go(path);
    await seen.first().waitFor();
    await this.page.getByText("Asking the server").waitFor({ state: "detached" });
    await this.page.locator('[class*="awsui_spinner"]').waitFor({ state: "detached" }).catch(() => undefined);
    await this.draw(name);
  }
}

async function drawAll(page, scene, gateway) {
  const { url } = scene;
  const pictures = new Pictures(page, scene);
  const heading = (name) => page.getByRole("heading", { name, exact: true });
  await page.goto(`${url}/`);
  await page.getByLabel("Access key ID").waitFor();
  await pictures.draw("sign-in");
  await scene.signIn();
  await makeBucket({ url: gateway, credentials, name: "photographs" }).catch((error) => scene.told(error.message));
  const arn = await makeTrail(page, scene, pictures);

  await pictures.of("dashboard", "/", page.getByRole("list", { name: "By service" }).getByRole("link"));
  await pictures.of("events", "/events?q=result=failed", scene.rows());
  const filter = { and: [{ field: "errorCode", op: "exists" }, { field: "userIdentity.sessionContext.sessionIssuer.arn", op: "exists" }, { field: "readOnly", op: "equals", values: ["false"] }] };
  const { events } = await askRoute({ url, credentials, path: "/v1/search", body: { filter, limit: 3 } });
  const [first, second] = events.map(({ record }) => record);
  await pictures.of("event", `/events/${first.eventID}`, heading("Record"));
  await pictures.of("compare", `/compare?id=${first.eventID}&id=${second.eventID}`, page.getByRole("table"));
  await pictures.of("who", `/who?kind=role&value=${encodeURIComponent(first.userIdentity.sessionContext.sessionIssuer.arn)}`, page.locator(".bars rect"));
  await pictures.of("trails", "/trails", page.getByRole("table"));
  const trail = `/trails/${encodeURIComponent(arn)}`;
  await pictures.of("trail", trail, page.getByRole("tab", { name: "Deliveries" }));
  await pictures.of("deliveries", `${trail}?tab=deliveries`, page.getByText("digest").first());
  await pictures.of("gateways", "/gateways", page.getByText("Forwards to").first());
  for (const [user, policy] of [["ana", "SecurityAudit"], ["backup", "ReadOnlyAccess"], ["carl", "AWSCloudTrail_FullAccess"]]) {
    await iam({ url, credentials, action: "CreateUser", parameters: { UserName: user, Path: "/people/" } });
    const PolicyArn = `arn:aws:iam::aws:policy/${policy}`;
    await iam({ url, credentials, action: "AttachUserPolicy", parameters: { UserName: user, PolicyArn } });
  }
  await iam({ url, credentials, action: "CreateAccessKey", parameters: { UserName: "ana" } });
  await pictures.of("identity", "/users/ana", page.getByText("SecurityAudit").first());
  await pictures.of("settings", "/settings", page.getByRole("table"));
  await pictures.of("api", "/api", page.getByText("/v1/search", { exact: true }));
}

/** By the wizard, which is drawn on the way. Gives the trail's ARN. */
async function makeTrail(page, scene, pictures) {
  await scene.go("/trails/create");
  await page.getByLabel("Trail name").fill("everything");
  await page.getByLabel("Bucket name").fill("audit-logs");
  await pictures.draw("wizard");
  const next = page.getByRole("button", { name: "Next", exact: true });
  await next.click();
  await page.getByLabel("SNS topic").waitFor();
  await next.click();
  await page.getByRole("button", { name: "Builder" }).waitFor();
  await pictures.draw("wizard-selectors");
  await next.click();
  await page.getByRole("button", { name: "Create trail", exact: true }).click();
  await page.getByText("The trail everything is made.").waitFor();
  await page.getByRole("button", { name: "Dismiss" }).click();
  return decodeURIComponent(new URL(page.url()).pathname.split("/").at(-1));
}

const data = mkdtempSync(join(tmpdir(), "cairn-pictures-"));
const { server, url, gateway } = await start(data);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const context = await browser.newContext({ viewport: SIZE, colorScheme: "light", timezoneId: "UTC", locale: "en-GB" });
  const page = await context.newPage();
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (file.endsWith(".png")) rmSync(join(folder, file));
  await drawAll(page, new Scene({ url, credentials, page }), gateway);
} finally {
  await browser.close();
  server.kill();
  rmSync(data, { recursive: true, force: true });
}
