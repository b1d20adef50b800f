// Measures the console in a real browser against the server that CAIRN_URL names, which has many events in its history.
// Prints one JSON object; times are milliseconds.
import { chromium } from "playwright-core";
import { bring } from "./bring.mjs";
import { Scene } from "./scene.mjs";

const url = process.env.CAIRN_URL;
const credentials = { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY };
/** A user name with a share of the events, for a change of the filter. */
const userName = process.env.USER_NAME ?? "absent";
const SCROLLED_ROWS = 10_000;
const ROW_PIXELS = 33;
const FOLLOW_SECONDS = Number(process.env.FOLLOW_SECONDS ?? 10);
const EVENTS_A_SECOND = 500;
const RUNS = 5;

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

/** The page's own clock, in the frame in which there is something at `selector`. Playwright's own waits look again after half a second at most. */
const shown = async (page, selector) => {
  const found = await page.waitForFunction((selector) => document.querySelector(selector) !== null && performance.now(), selector, { polling: "raf" });
  return found.jsonValue();
};

/** From nothing to the first row, without the seconds in which somebody types: those of the load and of the page after sign-in. */
async function coldLoad() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: "light" });
  const page = await context.newPage();
  const scene = new Scene({ url, credentials, page });
  await page.goto(`${url}/_console/events?range=all`, { waitUntil: "commit" });
  const loaded = await shown(page, "input[type=password]");
  await page.getByLabel("Access key ID").fill(credentials.accessKeyId);
  await page.getByLabel("Secret access key").fill(credentials.secretAccessKey);
  await page.evaluate(() => addEventListener("click", () => (window.clicked = performance.now()), { capture: true, once: true }));
  const rows = shown(page, "tr[data-row]");
  await page.getByRole("button", { name: "Sign in" }).click();
  const first = await rows;
  return { page, scene, milliseconds: loaded + first - (await page.evaluate(() => window.clicked)) };
}

/** The page's own clock, from the change of the address to the frame in which other rows are shown. */
const filterChange = (page, query) => page.evaluate((query) => new Promise((resolve) => {
  const old = new Set(document.querySelectorAll("tr[data-row]"));
  const begin = performance.now();
  history.pushState(null, "", `/_console/events?${query}`);
  dispatchEvent(new PopStateEvent("popstate"));
  const look = () => {
    const row = document.querySelector("tr[data-row]");
    if (row !== null && !old.has(row)) resolve(performance.now() - begin);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}), query);

/** Scrolls by some rows with each frame, as a wheel does, and counts the frames. */
const scrolled = (page, rows, pixels) => page.evaluate(([rows, pixels]) => new Promise((resolve) => {
  const element = document.querySelector(".rows");
  const times = [];
  const step = (time) => {
    times.push(time);
    const isEnd = element.scrollTop + element.clientHeight >= Math.min(element.scrollHeight - 1, rows * pixels);
    if (isEnd) {
      const gaps = times.slice(1).map((time, index) => time - times[index]).toSorted((one, other) => one - other);
      resolve({ frames: times.length, seconds: (times.at(-1) - times[0]) / 1000, slowest: gaps.at(-1), p99: gaps[Math.floor(gaps.length * 0.99)] });
      return;
    }
    element.scrollTop += 20 * pixels;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}), [rows, pixels]);

const loads = [];
let last;
for (let run = 0; run < RUNS; run++) {
  await last?.page.context().close();
  last = await coldLoad();
  loads.push(last.milliseconds);
}
const { page, scene } = last;

const changes = [];
const servers = [];
page.on("requestfinished", (request) => {
  if (request.url().endsWith("/v1/search")) servers.push(request.timing().responseStart - request.timing().requestStart);
});
for (let run = 0; run < RUNS; run++) {
  changes.push(await filterChange(page, `range=all&q=userName%3D${encodeURIComponent(userName)}`));
  await filterChange(page, "range=all");
}
const serverPart = median(servers);

// Loaded first, then scrolled: what is measured is drawing. Then through rows that have to be loaded on the way.
for (;;) {
  const count = await page.evaluate(() => document.querySelector(".rows").scrollHeight);
  if (count >= SCROLLED_ROWS * ROW_PIXELS) break;
  await page.evaluate(() => (document.querySelector(".rows").scrollTop = 1e9));
  await page.waitForTimeout(20);
}
await page.evaluate(() => (document.querySelector(".rows").scrollTop = 0));
const scroll = await scrolled(page, SCROLLED_ROWS, ROW_PIXELS);

const seen = await follow();
await browser.close();
console.log(JSON.stringify({
  coldLoad: median(loads), filterChange: median(changes), serverPart,
  framesASecond: scroll.frames / scroll.seconds, slowestFrame: scroll.slowest, frameP99: scroll.p99, ...seen,
}));

/** Many events a second are brought in while the page follows. */
async function follow() {
  await scene.go("/events?range=all&follow=yes&q=eventSource%3Dmeasured.example");
  await page.waitForTimeout(1000);
  await page.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
    }).observe({ type: "longtask" });
  });
  const begin = Date.now();
  let sent = 0;
  while (Date.now() - begin < FOLLOW_SECONDS * 1000) {
    const due = Math.floor(((Date.now() - begin) / 1000) * EVENTS_A_SECOND) - sent;
    if (due >= 50) {
      await bring({ url, credentials, events: Array.from({ length: due }, (_, index) => measured(begin, sent + index)) });
      sent += due;
    } else {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const ended = Date.now();
  await page.getByText(`(${sent.toLocaleString("en")})`).waitFor({ timeout: 30_000 });
  return { followed: sent, behind: Date.now() - ended, longestTask: await page.evaluate(() => window.longest) };
}

function measured(run, number) {
  return {
    eventVersion: "1.11", userIdentity: { type: "IAMUser", arn: "arn:aws:iam::123456789012:user/load", accountId: "123456789012", userName: "load", accessKeyId: "AKIALOADLOADLOAD0001" },
    eventTime: `${new Date().toISOString().slice(0, 19)}Z`, eventSource: "measured.example", eventName: `Measured${number % 20}`, awsRegion: "us-east-1",
    sourceIPAddress: "192.0.2.1", userAgent: "measured/1.0", requestParameters: { number, text: "x".repeat(400) }, responseElements: null,
    eventID: `${Math.floor(run / 1000).toString(16).padStart(8, "0")}-0000-4000-a000-${String(number).padStart(12, "0")}`,
    readOnly: false, eventType: "AwsApiCall", managementEvent: true, recipientAccountId: "123456789012", eventCategory: "Management",
  };
}
