// What every page's judge works with: the browser's page, the server, and the events that stand in its history.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { attackingEvents } from "./attacks.mjs";
import { bring } from "./bring.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export class Scene {
  /** What went wrong beside what was looked at: errors on the console, dialogs, requests to others. */
  faults = [];
  /** Whether the server may be out of reach, which the browser says on its console. */
  mayFail = false;
  /** Origins that pages may go to besides the server's. */
  others = [];
  /** Whether whoever started the judge kills and starts the server when it is asked to. */
  mayRestart = process.env.CAIRN_MAY_RESTART === "yes";
  #began = Date.now();
  #heard;

  constructor({ url, credentials, page }) {
    Object.assign(this, { url, credentials, page });
    this.api = new CloudTrailClient({ endpoint: url, region: "us-east-1", credentials });
    this.attacks = attackingEvents();
    // Judges take what they need out of the scene.
    for (const name of ["told", "bring", "go", "signIn", "signOut", "judgeAccess", "changeTheme", "rows", "allIds"]) this[name] = this[name].bind(this);
    // Long enough for a busy machine of two cores.
    page.setDefaultTimeout(60_000);
    page.on("dialog", (dialog) => {
      this.faults.push(`a dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on("pageerror", (error) => this.faults.push(`an error: ${error.message}`));
    page.on("console", (message) => {
      const isRefusal = /status of 4\d\d/.test(message.text());
      if (message.type() === "error" && !isRefusal && !this.mayFail) this.faults.push(`on the console: ${message.text()}`);
    });
    page.on("request", (request) => {
      const known = [url, ...this.others].some((origin) => request.url().startsWith(origin));
      if (!known && request.url() !== "about:blank" && !/^(blob|data):/.test(request.url())) this.faults.push(`a request to ${request.url()}`);
    });
  }

  told(what) {
    console.log(`${((Date.now() - this.#began) / 1000).toFixed(1).padStart(5)} s  ${what}`);
  }

  /** Has the server killed, `kill`, or started again, `start`: asked for on the output, done when the input says `done`. */
  async server(act) {
    this.#heard ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]();
    console.log(`server: ${act}`);
    const { value } = await this.#heard.next();
    assert.equal(value, "done", `the server was not to ${act}`);
  }

  /** Ends what would keep the judge waiting. */
  async end() {
    await this.#heard?.return();
    process.stdin.destroy();
  }

  /** Brings events in, by the hundred. */
  async bring(events) {
    for (let at = 0; at < events.length; at += 100) await bring({ url: this.url, credentials: this.credentials, events: events.slice(at, at + 100) });
  }

  /** Goes on without loading anew, which would forget who is signed in. */
  async go(path) {
    await this.page.evaluate((address) => {
      history.pushState(null, "", address);
      dispatchEvent(new PopStateEvent("popstate"));
    }, `/_console${path}`);
  }

  async signIn(credentials = this.credentials) {
    await this.page.getByLabel("Access key ID").fill(credentials.accessKeyId);
    await this.page.getByLabel("Secret access key").fill(credentials.secretAccessKey);
    await this.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await this.page.getByRole("button", { name: /^Signed in/ }).waitFor();
  }

  async signOut() {
    await this.page.getByRole("button", { name: /^Signed in/ }).click();
    await this.page.getByRole("menuitem", { name: "Sign out" }).click();
    await this.page.getByLabel("Secret access key").waitFor();
  }

  /** That nothing keeps people out, in the light and in the dark. */
  async judgeAccess(name) {
    await this.#judgeTheme(`${name}, in one theme,`);
    await this.changeTheme();
    await this.#judgeTheme(`${name}, in the other theme,`);
    await this.changeTheme();
  }

  async changeTheme() {
    await this.page.evaluate(() => document.querySelector('#top [aria-label^="Theme"]').click());
  }

  async #judgeTheme(name) {
    await this.page.evaluate(AXE);
    const violations = await this.page.evaluate(async () => {
      // Colours change slowly, and half of the way is no colour of either theme.
      const ending = document.getAnimations().filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime));
      await Promise.all(ending.map((animation) => animation.finished.catch(() => undefined)));
      const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
      return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 300)).join(" | ")}`);
    });
    assert.deepEqual(violations, [], `${name} is not for everyone`);
  }

  /** Rows of the history that are laid out. */
  rows() {
    return this.page.locator("tr[data-row]");
  }

  /** Every row of the history, scrolled from the first to the last. */
  async allIds() {
    const ids = new Set();
    const frame = this.page.locator(".rows");
    await frame.evaluate((element) => (element.scrollTop = 0));
    for (let tries = 0; tries < 400; tries++) {
      await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      for (const id of await this.rows().evaluateAll((rows) => rows.map((row) => row.dataset.row))) ids.add(id);
      // Asked before the place: what comes in between makes it another place.
      const isAll = (await this.page.getByText("These are all.").count()) > 0;
      const isEnd = await frame.evaluate((element) => {
        const end = element.scrollTop + element.clientHeight >= element.scrollHeight - 1;
        element.scrollTop += element.clientHeight;
        return end;
      });
      if (isAll && isEnd) break;
    }
    return ids;
  }
}
