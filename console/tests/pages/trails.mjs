// Judges the pages of trails: the wizard from nothing to a trail that was validated, its edits, tags, and its end.
import assert from "node:assert/strict";
import { DescribeTrailsCommand, GetEventSelectorsCommand, GetTrailStatusCommand, ListTagsCommand } from "@aws-sdk/client-cloudtrail";

export async function judge(page, { api, go, judgeAccess, told }) {
  const name = `wizard-${Date.now().toString(36)}`;
  await go("/trails");
  await page.getByRole("button", { name: "Create trail" }).or(page.getByRole("link", { name: "Create trail" })).first().click();
  await page.getByRole("heading", { name: "Create trail" }).waitFor();
  const next = page.getByRole("button", { name: "Next", exact: true });

  // What is missing is said; nothing goes on without it.
  await next.click();
  await page.getByText("3 to 63 lower-case letters").waitFor();
  await page.getByLabel("Trail name").fill(name);
  await page.getByLabel("Bucket name").fill(name);
  await page.getByLabel("Prefix").fill("audit");
  await judgeAccess("the wizard's first step");

  // A look at another page loses nothing.
  await go("/trails");
  await page.getByRole("heading", { name: "Trails" }).waitFor();
  await go("/trails/create");
  assert.equal(await page.getByLabel("Trail name").inputValue(), name);
  await next.click();
  await page.getByLabel("SNS topic").waitFor();
  await next.click();

  // Builder and JSON agree; JSON that cannot be read stays as it is typed, and says where.
  await page.getByRole("button", { name: "Add condition" }).click();
  const json = page.getByRole("button", { name: "JSON", exact: true });
  await json.click();
  const text = page.getByLabel("Selectors as JSON");
  const before = await text.inputValue();
  assert.ok(before.includes('"eventName"'), "the builder's condition is not in the JSON");
  await text.fill('{\n  "AdvancedEventSelectors": [\n    oops');
  await page.getByText(/Line 3/).first().waitFor();
  await page.getByRole("button", { name: "Builder" }).click();
  await page.getByText("The builder shows it again", { exact: false }).or(page.getByText("the builder shows it again")).first().waitFor();
  await json.click();
  assert.ok((await text.inputValue()).includes("oops"), "what was typed is lost");
  const wanted = { AdvancedEventSelectors: [{ Name: "Everything but KMS", FieldSelectors: [{ Field: "eventCategory", Equals: ["Management"] }, { Field: "eventSource", NotEquals: ["kms.amazonaws.com"] }] }] };
  await text.fill(JSON.stringify(wanted));
  await page.getByRole("button", { name: "Builder" }).click();
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Everything but KMS");
  await judgeAccess("the selectors' builder");
  await page.getByRole("button", { name: "Try", exact: true }).click();
  await page.getByText(/of \d+ events would be kept/).waitFor();
  await judgeAccess("a trial of selectors");
  await next.click();
  await judgeAccess("the wizard's review");
  await page.getByRole("button", { name: "Create trail", exact: true }).click();
  await page.getByText(`The trail ${name} is made.`).waitFor();
  const { trailList } = await api.send(new DescribeTrailsCommand({ trailNameList: [name] }));
  assert.equal(trailList[0].S3KeyPrefix, "audit");
  assert.equal(trailList[0].IsMultiRegionTrail, true);
  const { AdvancedEventSelectors } = await api.send(new GetEventSelectorsCommand({ TrailName: name }));
  assert.deepEqual(AdvancedEventSelectors.map(({ Name }) => Name), ["Everything but KMS"]);
  assert.equal((await api.send(new GetTrailStatusCommand({ Name: name }))).IsLogging, true);
  told("the wizard made a trail, its bucket and its selectors, and it logs");

  // Its tabs: what came, and the proof of it.
  await page.getByRole("tab", { name: "Deliveries" }).click();
  const files = page.getByRole("table", { name: "Deliveries" });
  const deadline = Date.now() + 60_000;
  while ((await files.getByText("Digest", { exact: true }).count()) === 0 || (await files.getByText("Log file", { exact: true }).count()) === 0) {
    assert.ok(Date.now() < deadline, "no log file and no digest came");
    await page.getByRole("tabpanel").getByRole("button", { name: "Look again" }).click({ timeout: 1000 }).catch(() => undefined);
    await page.waitForTimeout(500);
  }
  await judgeAccess("a trail's deliveries");
  await page.getByRole("tab", { name: "Verification" }).click();
  await page.getByRole("button", { name: "Verify", exact: true }).click();
  await page.getByText("Every digest and log file is valid").waitFor();
  await judgeAccess("a trail's verification");
  told("the trail delivered, and its files are proved from the page");

  await page.getByRole("tab", { name: "Tags" }).click();
  await page.getByRole("button", { name: "Add tag" }).click();
  await page.getByRole("textbox", { name: "Key" }).fill("team");
  await page.getByRole("textbox", { name: "Value" }).fill("audit");
  await page.getByRole("button", { name: "Save tags" }).click();
  await page.getByText("The tags are saved.").waitFor();
  const { trailList: [{ TrailARN }] } = await api.send(new DescribeTrailsCommand({ trailNameList: [name] }));
  const { ResourceTagList } = await api.send(new ListTagsCommand({ ResourceIdList: [TrailARN] }));
  assert.deepEqual(ResourceTagList[0].TagsList, [{ Key: "team", Value: "audit" }]);
  await judgeAccess("a trail's tags");
  await page.getByRole("tab", { name: "Insights" }).click();
  await page.getByLabel("Rate of API calls").waitFor();
  await judgeAccess("a trail's Insights");

  // Changed by the same wizard.
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await page.getByRole("heading", { name: "Edit trail" }).waitFor();
  assert.equal(await page.getByLabel("Prefix").inputValue(), "audit");
  await page.getByLabel("Prefix").fill("elsewhere");
  const toReview = async () => {
    for (const step of ["SNS topic", "Add selector", "Save changes"]) {
      await next.click();
      await page.getByLabel(step).or(page.getByRole("button", { name: step })).first().waitFor();
    }
  };
  await toReview();
  // The bucket's policy lets the trail put below the old prefix only. What was typed stays, and is mended.
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText("Nothing that you typed is lost").waitFor();
  await page.getByRole("button", { name: "Edit: Settings and storage" }).click();
  assert.equal(await page.getByLabel("Prefix").inputValue(), "elsewhere");
  await page.getByLabel("Prefix").fill("audit");
  await page.getByLabel("All Regions").uncheck();
  await toReview();
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText(`The trail ${name} is changed.`).waitFor();
  assert.equal((await api.send(new DescribeTrailsCommand({ trailNameList: [name] }))).trailList[0].IsMultiRegionTrail, false);

  // Its end wants its name.
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Delete this trail?" });
  const remove = dialog.getByRole("button", { name: "Delete" });
  assert.ok(await remove.isDisabled(), "a trail is deleted without its name");
  await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
  await remove.click();
  await page.getByText(`The trail ${name} is deleted.`).waitFor();
  told("its tags were set, it was changed, and deleted by its name");
}
