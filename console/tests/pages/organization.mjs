// Accounts of an organization: who oversees it chooses whose events a page is about, and nobody else is asked to.
import assert from "node:assert/strict";
import { organizations } from "../bring.mjs";

export async function judge(page, scene) {
  const { url, credentials } = scene;
  const call = (operation, parameters) => organizations({ url, credentials, operation, parameters });
  const control = page.getByRole("button", { name: /^Accounts/ });
  await scene.go("/events?range=all");
  await scene.rows().first().waitFor();
  assert.equal(await control.count(), 0, "who has one account chooses among none");
  await call("CreateOrganization", { FeatureSet: "ALL" });
  await call("CreateAccount", { AccountName: "Payments", Email: "payments@accounts.invalid" });
  await call("EnableAWSServiceAccess", { ServicePrincipal: "cloudtrail.amazonaws.com" });
  // Which accounts there are is asked once in a session.
  await scene.signOut();
  await scene.signIn();
  for (const [path, place] of [["/events?range=all", "events"], ["/", ""]]) {
    await scene.go(path);
    await control.click();
    await page.getByRole("option", { name: /Payments/ }).waitFor();
    await page.getByRole("option", { name: "All accounts" }).click();
    await page.waitForFunction((place) => location.pathname.endsWith(`/_console/${place}`) && new URLSearchParams(location.search).get("account") === "all", place);
    await page.keyboard.press("Escape");
  }
  await page.getByRole("heading", { name: "Events per minute" }).waitFor();
  await scene.go("/events?range=all&account=all");
  await scene.rows().first().waitFor();
  await page.getByRole("columnheader", { name: /^Account/ }).waitFor();
  await scene.judgeAccess("the events of several accounts");
  scene.told("who oversees an organization chooses its accounts in the history and on the dashboard");
}
