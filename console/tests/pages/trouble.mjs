// A server that refuses, is slow, goes away and comes back, and credentials that end while a page is open.
import assert from "node:assert/strict";
import { CreateTrailCommand, StartLoggingCommand } from "@aws-sdk/client-cloudtrail";
import { makeBucket } from "../bring.mjs";

export async function judge(page, scene) {
  await failing(page, scene);
  await slow(page, scene);
  await ending(page, scene);
  await forms(page, scene);
  await wizard(page, scene);
  await broken(page, scene);
}

async function failing(page, scene) {
  scene.mayFail = true;
  await scene.go("/events?range=all");
  await scene.rows().first().waitFor();
  await page.route("**/v1/search", (route) => route.abort());
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByText("The server does not answer").waitFor();
  await page.unroute("**/v1/search");
  await page.getByRole("button", { name: "Try again" }).click();
  await scene.rows().first().waitFor();
  await page.route(/\/v1\/(counts|search)$/, (route) => route.fulfill({ status: 500, headers: { "x-amzn-errortype": "InternalFailure" }, json: { message: "Something broke." } }));
  await scene.go("/");
  await page.getByText("Something broke.").first().waitFor();
  // What the others have is there all the same.
  await page.getByRole("heading", { name: "Trail health" }).waitFor();
  await page.unroute(/\/v1\/(counts|search)$/);
  await page.getByRole("button", { name: "Try again" }).first().click();
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByRole("heading", { name: "Events per minute" }).waitFor();
  scene.mayFail = false;
  scene.told("failures are said, the rest of the page stays, and trying again mends them");
}

async function slow(page, scene) {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/v1/search", async (route) => {
    await held;
    await route.continue();
  });
  await scene.go("/events?range=all&category=data&category=management");
  await page.getByText("Looking up events").waitFor();
  release();
  await scene.rows().first().waitFor();
  await page.unroute("**/v1/search");
  scene.told("while the server takes its time the page says so");
}

/** The clock of the page goes on by an hour: a session of that length ends, and the page stays where it is. */
async function ending(page, scene) {
  await scene.go("/events?range=all&q=eventName!:nothing");
  await scene.rows().first().waitFor();
  await page.route("**/v1/search", (route) => route.fulfill({ status: 403, headers: { "x-amzn-errortype": "ExpiredTokenException" }, json: { message: "The security token included in the request is expired" } }));
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByText("Your credentials have expired").waitFor();
  await page.unroute("**/v1/search");
  assert.match(new URL(page.url()).search, /nothing/);
  await scene.signIn();
  await scene.rows().first().waitFor();
  assert.match(new URL(page.url()).search, /nothing/);
  scene.told("credentials that ended are asked for again, and the page is where it was");
}

/** A form of IAM whose calls are not answered, answered late, or throttled, keeps what was typed and is sent again by one press. */
async function forms(page, scene) {
  const name = `trouble-${Date.now().toString(36)}`;
  const isCall = (action) => (request) => request.method() === "POST" && (request.postData() ?? "").includes(`Action=${action}&`);
  scene.mayFail = true;
  await scene.go("/create-user");
  await page.getByLabel("Name", { exact: true }).fill(name);
  const create = page.getByRole("button", { name: "Create user" });
  await page.route(`${scene.url}/`, (route) => (isCall("CreateUser")(route.request()) ? route.abort() : route.continue()));
  await create.click();
  await page.getByText("The server does not answer").waitFor();
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), name);
  await page.unroute(`${scene.url}/`);
  scene.mayFail = false;

  // While it is under way the button says so, and does not send it twice.
  let release;
  const held = new Promise((resolve) => (release = resolve));
  let calls = 0;
  await page.route(`${scene.url}/`, async (route) => {
    if (isCall("CreateUser")(route.request())) {
      calls += 1;
      await held;
    }
    await route.continue();
  });
  await create.click();
  await page.locator('button[aria-disabled="true"]').filter({ hasText: "Create user" }).waitFor();
  await create.click({ force: true });
  await page.keyboard.press("Enter");
  release();
  await page.getByText(`${name} is made.`).waitFor();
  assert.equal(calls, 1, "it was sent more than once");
  await page.unroute(`${scene.url}/`);

  // The check of a document fails: the document can be saved all the same.
  scene.mayFail = true;
  await page.getByRole("button", { name: "Add inline policy" }).click();
  await page.route("**/v1/policies/check", (route) => route.abort());
  await page.getByLabel("Policy name").fill("reads");
  await page.getByRole("textbox", { name: "Policy document" }).fill('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}');
  await page.getByText("The document could not be checked").waitFor();
  await page.getByRole("button", { name: "Save policy" }).click();
  await page.getByText("The inline policy reads is saved.").waitFor();
  await page.unroute("**/v1/policies/check");
  scene.mayFail = false;
  scene.told("forms of users and policies keep what was typed, are sent once, and do without the check");
}

/** The lists that the wizard offers fail: names can be typed. */
async function wizard(page, scene) {
  scene.mayFail = true;
  await page.route(/\/\?x-id=ListBuckets/, (route) => route.abort());
  await scene.go("/trails/create");
  await page.getByText("Existing bucket", { exact: true }).click();
  await page.getByText("The buckets could not be listed; type the name.").waitFor();
  await page.getByRole("combobox", { name: "Bucket name" }).fill("typed-by-hand");
  assert.equal(await page.getByRole("combobox", { name: "Bucket name" }).inputValue(), "typed-by-hand");
  await page.unroute(/\/\?x-id=ListBuckets/);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await page.getByRole("heading", { name: "Trails" }).waitFor();
  scene.mayFail = false;
}

/** Answers that break off in the middle: a verification is no verdict, and a download no file. */
async function broken(page, scene) {
  const name = `broken-${Date.now().toString(36)}`;
  await makeTrail(scene, name);
  await scene.go(`/trails/${encodeURIComponent(`arn:aws:cloudtrail:us-east-1:123456789012:trail/${name}`)}?tab=validation`);
  const verify = page.getByRole("button", { name: "Verify", exact: true });
  const cuts = ['{"progress":{"digests":3,"logFiles":5}}\n', '{"progress":{"digests":3,"logFiles":5}}\n{"result":{"isVal'];
  for (const body of cuts) {
    await page.route("**/v1/trails/validate", (route) => route.fulfill({ status: 200, contentType: "application/x-ndjson", body }));
    await verify.click();
    await page.getByText("The verification ended without a result. Try again.").waitFor();
    assert.equal(await page.getByText("Every digest and log file is valid").count(), 0);
    await page.unroute("**/v1/trails/validate");
    await verify.click();
    await page.getByText("Every digest and log file is valid").or(page.getByText("There is no digest in this time")).first().waitFor();
  }

  const source = scene.attacks[0].eventSource;
  await scene.go(`/events?range=all&category=all&q=eventSource%3D${source}`);
  await scene.rows().first().waitFor();
  scene.mayFail = true;
  let files = 0;
  const count = () => (files += 1);
  page.on("download", count);
  // The first page comes, and says that there are more; the second breaks off, each time.
  await page.route("**/v1/search", async (route) => {
    const asked = JSON.parse(route.request().postData());
    if (asked.limit !== 500) return route.continue();
    if (asked.nextToken !== undefined) return route.abort("connectionreset");
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), nextToken: "more" } });
  });
  await choose(page, "CSV");
  await page.getByText("Reading events for the download").waitFor();
  await page.getByText("The server does not answer").waitFor();
  await page.unroute("**/v1/search");
  assert.equal(files, 0, "half a file was saved");
  scene.mayFail = false;
  await page.getByRole("button", { name: "Dismiss alert" }).click();
  const whole = page.waitForEvent("download");
  await choose(page, "CSV");
  await whole;
  page.off("download", count);
  scene.told("a verification or a download that breaks off is said to, and leaves no verdict and no file");
}

async function choose(page, kind) {
  await page.getByRole("button", { name: "Download" }).click();
  await page.getByRole("menuitem", { name: kind }).click();
}

/** A trail that logs, into a bucket of its own. */
async function makeTrail({ api, url, credentials }, Name) {
  await makeBucket({ url, credentials, name: Name });
  await api.send(new CreateTrailCommand({ Name, S3BucketName: Name, EnableLogFileValidation: true }));
  await api.send(new StartLoggingCommand({ Name }));
}
