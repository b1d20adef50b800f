// The server is killed and started again while pages are open: they say so, keep what was typed, and go on.
import assert from "node:assert/strict";
import { DescribeTrailsCommand } from "@aws-sdk/client-cloudtrail";

const AWAY = "The server is away";

export async function judge(page, scene) {
  if (!scene.mayRestart) {
    scene.told("skipped: nobody said that this server may be killed");
    return;
  }
  scene.mayFail = true;
  await following(page, scene);
  await asking(page, scene);
  await making(page, scene);
  scene.mayFail = false;
}

/** A page that follows finds out by itself. */
async function following(page, scene) {
  await scene.go("/events?follow=yes&q=eventName%3DDescribeTrails");
  await page.getByText("These are all.").or(page.getByText("No events")).first().waitFor();
  await scene.api.send(new DescribeTrailsCommand({}));
  await scene.rows().first().waitFor();
  const before = await scene.rows().count();
  await page.getByLabel("Conditions for events").fill("half a wo");
  await scene.server("kill");
  await page.getByText(AWAY).waitFor();
  assert.equal(await scene.rows().count(), before, "rows are gone with the server");
  await scene.judgeAccess("event history without its server");
  await scene.server("start");
  await page.getByText(AWAY).waitFor({ state: "detached" });
  await scene.api.send(new DescribeTrailsCommand({}));
  await scene.rows().nth(before).waitFor();
  assert.equal(await page.getByLabel("Conditions for events").inputValue(), "half a wo");
  await page.getByText("New events appear as they are recorded").waitFor();
  assert.equal(await page.getByText("The server does not answer").count(), 0);
  await page.getByLabel("Conditions for events").fill("");
  scene.told("a page that follows says that the server is away, and follows again when it is back");
}

/** A page that has just been asked for comes when the server does. */
async function asking(page, scene) {
  await scene.go("/trails");
  await page.getByRole("heading", { name: "Trails" }).waitFor();
  await scene.server("kill");
  await scene.go("/events?range=all&category=all");
  await page.getByText(AWAY).waitFor();
  await page.getByText("The server does not answer").waitFor();
  await scene.server("start");
  await scene.rows().first().waitFor();
  await page.getByText(AWAY).waitFor({ state: "detached" });
  scene.told("a page that was asked for meanwhile comes by itself");
}

/** A form keeps all of it, and one press makes the trail. */
async function making(page, scene) {
  const name = `restart-${Date.now().toString(36)}`;
  await scene.go("/trails/create");
  await page.getByLabel("Trail name").fill(name);
  await page.getByLabel("Bucket name").fill(name);
  const next = page.getByRole("button", { name: "Next", exact: true });
  await next.click();
  await page.getByLabel("SNS topic").waitFor();
  await next.click();
  await page.getByRole("button", { name: "Builder" }).waitFor();
  await next.click();
  const create = page.getByRole("button", { name: "Create trail", exact: true });
  await create.waitFor();
  await scene.server("kill");
  await create.click();
  await page.getByText("The server does not answer").waitFor();
  await page.getByText(AWAY).waitFor();
  await scene.server("start");
  await page.getByText(AWAY).waitFor({ state: "detached" });
  await create.click();
  await page.getByText(`The trail ${name} is made.`).waitFor();
  const { trailList } = await scene.api.send(new DescribeTrailsCommand({ trailNameList: [name] }));
  assert.equal(trailList[0]?.S3BucketName, name);
  scene.told("what was typed while the server was away is made by one press");
}
