// One trail: what it is, what it keeps and delivered, whether that proves; start, stop, change, delete.
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useState } from "react";
import { Answered } from "../app/Answered.tsx";
import type { OfOne } from "../app/Page.tsx";
import { Confirm } from "../app/Confirm.tsx";
import { go, href, usePlace } from "../app/location.ts";
import { usePreferences } from "../app/preferences.ts";
import { Troubled } from "../app/Troubled.tsx";
import { useAct } from "../app/useAct.ts";
import { useAsked } from "../app/useAsked.ts";
import { Time } from "../events/columns.tsx";
import { Json } from "../shown/Json.tsx";
import { Shown } from "../shown/Shown.tsx";
import { Health } from "../trails/Health.tsx";
import { Deliveries } from "../trails/Deliveries.tsx";
import { InsightsForm } from "../trails/InsightsForm.tsx";
import { Tags } from "../trails/Tags.tsx";
import { deleteTrail, readTrail, startLogging, stopLogging, type WholeTrail } from "../trails/trails.ts";
import { Trial } from "../trails/Trial.tsx";
import { Validation } from "../trails/Validation.tsx";
import { words } from "../words.ts";

export default function Trail({ name }: OfOne) {
  const asked = useAsked(name, (signal) => readTrail(name, signal));
  return <Answered asked={asked}>{(trail) => <Whole found={trail} again={asked.again} />}</Answered>;
}

const TABS = ["settings", "selectors", "deliveries", "validation", "insights", "tags"] as const;

function Whole({ found, again }: { found: WholeTrail; again(): void }) {
  const { trail, selectors, tags } = found;
  const { path, query } = usePlace();
  const written = JSON.stringify(selectors);
  const arn = trail.TrailARN ?? "";
  const tab = TABS.find((known) => known === query.get("tab")) ?? "settings";
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description={<Shown text={arn} />} actions={<Actions found={found} again={again} />}>
        <Shown text={trail.Name} />
      </Header>
      <Tabs
        ariaLabel={words.trail.tabs}
        activeTabId={tab}
        onChange={({ detail }) => go(href(path, new URLSearchParams({ tab: detail.activeTabId })), "replace")}
        tabs={[
          { id: "settings", label: words.trail.settings, content: <SpaceBetween size="l"><Settings found={found} /><Delivery found={found} /></SpaceBetween> },
          {
            id: "selectors",
            label: words.trails.selectors,
            content: (
              <SpaceBetween size="l">
                <Container header={<Header variant="h2">{words.trails.selectors}</Header>}>
                  <Json raw={written} value={JSON.parse(written)} />
                </Container>
                <Trial text={written} />
              </SpaceBetween>
            ),
          },
          { id: "deliveries", label: words.trail.deliveries, content: <Deliveries arn={arn} /> },
          { id: "validation", label: words.trail.validation, content: <Validation arn={arn} /> },
          { id: "insights", label: words.trail.insights, content: <InsightsForm arn={arn} /> },
          { id: "tags", label: words.trails.tags, content: <Tags key={JSON.stringify(tags)} arn={arn} tags={tags} again={again} /> },
        ]}
      />
    </SpaceBetween>
  );
}

function Settings({ found: { trail, status } }: { found: WholeTrail }) {
  return (
    <Container header={<Header variant="h2">{words.trails.details}</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          { label: words.trails.status, value: <Health status={status} /> },
          { label: words.trails.bucket, value: <Shown text={trail.S3BucketName} /> },
          { label: words.trails.prefix, value: <Shown text={trail.S3KeyPrefix} /> },
          { label: words.trails.region, value: <Shown text={trail.HomeRegion} /> },
          { label: words.trails.multiRegion, value: yes(trail.IsMultiRegionTrail) },
          { label: words.trails.validation, value: yes(trail.LogFileValidationEnabled) },
          { label: words.trails.organization, value: yes(trail.IsOrganizationTrail) },
          { label: words.trails.global, value: yes(trail.IncludeGlobalServiceEvents) },
          { label: words.trails.key, value: <Shown text={trail.KmsKeyId} /> },
          { label: words.trails.topic, value: <Shown text={trail.SnsTopicARN} /> },
          { label: words.trails.logGroup, value: <Shown text={trail.CloudWatchLogsLogGroupArn} /> },
        ]}
      />
    </Container>
  );
}

const yes = (value: boolean | undefined): string => (value === true ? words.trails.yes : words.trails.no);

function Delivery({ found: { status = undefined } }: { found: WholeTrail }) {
  const { zone } = usePreferences();
  if (status === undefined) return null;
  const times: [string, Date | undefined][] = [
    [words.trails.lastDelivery, status.LatestDeliveryTime],
    [words.trails.lastDigest, status.LatestDigestDeliveryTime],
    [words.trails.lastStart, status.StartLoggingTime],
    [words.trails.lastStop, status.StopLoggingTime],
    [words.trails.lastNotification, status.LatestNotificationTime],
    [words.trails.lastLogs, status.LatestCloudWatchLogsDeliveryTime],
  ];
  const errors: [string, string | undefined][] = [
    [words.trails.lastError, status.LatestDeliveryError],
    [words.trails.lastDigestError, status.LatestDigestDeliveryError],
    [words.trails.lastNotificationError, status.LatestNotificationError],
    [words.trails.lastLogsError, status.LatestCloudWatchLogsDeliveryError],
  ];
  return (
    <Container header={<Header variant="h2">{words.trails.delivery}</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          ...times.map(([label, time]) => ({ label, value: <Time time={time} zone={zone} /> })),
          ...errors.filter(([, error]) => Boolean(error)).map(([label, error]) => ({ label, value: <Shown text={error} /> })),
        ]}
      />
    </Container>
  );
}

function Actions({ found: { trail, status }, again }: { found: WholeTrail; again(): void }) {
  const [asking, setAsking] = useState<"stop" | "delete">();
  const { isWaiting, trouble, run } = useAct();
  const arn = trail.TrailARN ?? "";
  const name = trail.Name ?? "";
  const start = async () => {
    if (await run(() => startLogging(arn), words.trail.started)) again();
  };
  const editing = href("/trails/edit", new URLSearchParams({ trail: arn }));
  return (
    <SpaceBetween size="xs" direction="horizontal">
      <Troubled trouble={trouble} />
      <Button iconName="refresh" ariaLabel={words.events.reload} onClick={again} />
      <Button onClick={() => go(editing)}>{words.trail.edit}</Button>
      <Button onClick={() => setAsking("delete")}>{words.trail.delete}</Button>
      {status?.IsLogging === true ? (
        <Button onClick={() => setAsking("stop")}>{words.trails.stop}</Button>
      ) : (
        <Button variant="primary" loading={isWaiting} onClick={start}>{words.trails.start}</Button>
      )}
      {asking === "stop" && (
        <Confirm
          title={words.trails.stopTitle}
          action={words.trails.stop}
          act={() => stopLogging(arn)}
          told={words.trail.stopped}
          onCancel={() => setAsking(undefined)}
          onDone={() => {
            setAsking(undefined);
            again();
          }}
        >
          <Shown text={name} /> <div>{words.trails.stopText}</div>
        </Confirm>
      )}
      {asking === "delete" && (
        <Confirm
          title={words.trail.deleteTitle}
          action={words.trail.delete}
          typed={name}
          act={() => deleteTrail(arn)}
          told={words.trail.deleted(name)}
          onCancel={() => setAsking(undefined)}
          onDone={() => go(href("/trails"))}
        >
          {words.trail.deleteText}
        </Confirm>
      )}
    </SpaceBetween>
  );
}
