// A server that refuses, is slow, goes away and comes back, and credentials that end while a page is open.
import assert from "node:assert/strict";

export async function judge(page, scene) {
  await failing(page, scene);
  await slow(page, scene);
  await ending(page, scene);
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
