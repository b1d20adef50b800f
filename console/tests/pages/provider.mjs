// The way in through an identity provider, pressed in a browser: in, refused, with another's state, and with a handover that is over.
import assert from "node:assert/strict";
import { iam } from "../bring.mjs";
import { Provider } from "../provider.mjs";

const BUTTON = "Sign in with Acme staff";
const FAILED = "The sign-in was not completed, or took too long. Try again.";

export async function judge(page, scene) {
  if (process.env.CAIRN_OIDC_PORT === undefined) {
    scene.told("skipped: the server knows no identity provider on a port of ours");
    return;
  }
  const provider = await new Provider().open(process.env.CAIRN_OIDC_PORT);
  scene.others = [provider.url];
  const trust = {
    Version: "2012-10-17",
    Statement: [{
      Effect: "Allow",
      Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${new URL(provider.url).host}` },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringEquals: { [`${new URL(provider.url).host}:aud`]: "console" } },
    }],
  };
  const call = (action, parameters) => iam({ url: scene.url, credentials: scene.credentials, action, parameters });
  // A judge may judge this server again.
  await call("CreateRole", { RoleName: "console-reader", AssumeRolePolicyDocument: JSON.stringify(trust) }).catch(({ message }) => assert.match(message, /EntityAlreadyExists/));
  await call("AttachRolePolicy", { RoleName: "console-reader", PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" });
  await scene.go("/events?range=all&category=all");
  await scene.signOut();
  await refusals(page, scene, provider);
  await comesIn(page, scene, provider);
  await provider.close();
  scene.others = [];
}

async function refusals(page, scene, provider) {
  for (const [link, told] of [["Nobody", FAILED], ["Somebody of another window", FAILED]]) {
    await page.getByRole("button", { name: BUTTON }).click();
    await page.getByRole("link", { name: link }).click();
    await page.getByText("You are not signed in").waitFor();
    await page.getByText(told).waitFor();
    assert.equal(new URL(page.url()).hash, "", link);
  }
  await scene.judgeAccess("the sign-in page after a refusal");
  provider.groups = ["guests"];
  await page.getByRole("button", { name: BUTTON }).click();
  await page.getByRole("link", { name: "Nina" }).click();
  await page.getByText("this server gives you no role").waitFor();
  provider.groups = ["staff"];
  // A handover that never was, as a link from somebody would bring it.
  await page.goto(`${scene.url}/_console/events#signed-in=invented`);
  await page.getByText(FAILED).waitFor();
  assert.equal(new URL(page.url()).hash, "");
  await page.getByRole("button", { name: BUTTON }).waitFor();
  scene.told("a provider that refuses, another's state, no role and an invented handover are said, each with a way on");
}

async function comesIn(page, scene, provider) {
  await page.goto(`${scene.url}/_console/events?range=all&category=all`);
  const handover = page.waitForResponse((response) => response.url().includes("/v1/sign-in/oidc/callback"));
  const fetched = page.waitForResponse((response) => response.url().endsWith("/v1/sign-in/oidc/credentials"));
  await page.getByRole("button", { name: BUTTON }).click();
  await page.getByRole("heading", { name: "Who are you?" }).waitFor();
  await page.getByRole("link", { name: "Nina" }).click();
  await page.getByRole("button", { name: /^Signed in/ }).waitFor();
  await scene.rows().first().waitFor();
  assert.equal(new URL(page.url()).href, `${scene.url}/_console/events?range=all&category=all`, "back where one was");
  const back = new URL((await (await handover).allHeaders()).location, scene.url);
  const code = new URLSearchParams(back.hash.slice(1)).get("signed-in");
  const { credentials } = await (await fetched).json();
  const secrets = { code, token: provider.token, "key's secret": credentials.secretAccessKey, "session's token": credentials.sessionToken, key: credentials.accessKeyId };
  const left = await page.evaluate(async () => JSON.stringify([
    location.href, history.state, document.cookie, { ...localStorage }, { ...sessionStorage }, document.referrer,
    navigation.entries().map(({ url }) => url), (await indexedDB.databases()).map(({ name }) => name), await caches.keys().catch(() => []),
  ]));
  const cookies = JSON.stringify(await page.context().cookies());
  for (const [what, secret] of Object.entries(secrets)) {
    assert.ok(secret, `there is no ${what}`);
    assert.ok(!left.includes(secret), `the ${what} is left in the page: ${left}`);
    assert.ok(!cookies.includes(secret), `the ${what} is in a cookie`);
  }
  await scene.go("/session");
  await page.getByRole("region", { name: "How the session came to be" }).getByText("assumed-role/console-reader/nina@acme.example").waitFor();
  scene.told("signed in through a provider, back on the same page, with credentials in memory only");

  // A handover counts once: whoever finds it later is told so, and can go on.
  await page.goto("about:blank");
  await page.goto(`${scene.url}/_console/events#signed-in=${code}`);
  await page.getByText(FAILED).waitFor();
  assert.ok(!page.url().includes(code));
  await page.getByRole("button", { name: BUTTON }).click();
  await page.getByRole("link", { name: "Nina" }).click();
  await page.getByRole("button", { name: /^Signed in/ }).waitFor();
  await scene.signOut();
  await scene.signIn();
  scene.told("a handover that was used is refused with a way on");
}
