// One trail: what it is, whether its files arrive, what it keeps; start and stop.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { Answered } from "../app/Answered.tsx";
import type { OfOne } from "../app/Page.tsx";
import { usePreferences } from "../app/preferences.ts";
import { useAsked } from "../app/useAsked.ts";
import { Time } from "../events/columns.tsx";
import { type Trouble, troubleOf } from "../session/errors.ts";
import { Json } from "../shown/Json.tsx";
import { Shown } from "../shown/Shown.tsx";
import { Health } from "../trails/Health.tsx";
import { readTrail, startLogging, stopLogging, type WholeTrail } from "../trails/trails.ts";
import { words } from "../words.ts";

export default function Trail({ name }: OfOne) {
  const asked = useAsked(name, (signal) => readTrail(name, signal));
  return <Answered asked={asked}>{(trail) => <Whole found={trail} again={asked.again} />}</Answered>;
}

function Whole({ found, again }: { found: WholeTrail; again(): void }) {
  const { trail, status, selectors, tags } = found;
  const written = JSON.stringify(selectors);
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description={<Shown text={trail.TrailARN} />} actions={<Actions found={found} again={again} />}>
        <Shown text={trail.Name} />
      </Header>
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
      <Delivery found={found} />
      <Container header={<Header variant="h2">{words.trails.selectors}</Header>}>
        <Json raw={written} value={JSON.parse(written)} />
      </Container>
      <Container header={<Header variant="h2" counter={`(${tags.length})`}>{words.trails.tags}</Header>}>
        {tags.length === 0 ? words.trails.noTags : (
          <KeyValuePairs columns={4} items={tags.map(({ Key = "", Value = "" }) => ({ label: <Shown text={Key} />, value: <Shown text={Value} /> }))} />
        )}
      </Container>
    </SpaceBetween>
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
  const [isAsking, setAsking] = useState(false);
  const [isWaiting, setWaiting] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const arn = trail.TrailARN ?? "";
  const run = async (act: (arn: string) => Promise<void>) => {
    setWaiting(true);
    setTrouble(undefined);
    try {
      await act(arn);
      setAsking(false);
      again();
    } catch (error) {
      setTrouble(troubleOf(error));
    }
    setWaiting(false);
  };
  const told = trouble !== undefined && <Alert type="error" header={trouble.title}><Shown text={trouble.message} /></Alert>;
  return (
    <SpaceBetween size="xs" direction="horizontal">
      {!isAsking && told}
      {status?.IsLogging === true ? (
        <Button onClick={() => setAsking(true)}>{words.trails.stop}</Button>
      ) : (
        <Button variant="primary" loading={isWaiting} onClick={() => run(startLogging)}>{words.trails.start}</Button>
      )}
      <Button iconName="refresh" ariaLabel={words.events.reload} onClick={again} />
      <Modal
        visible={isAsking}
        onDismiss={() => setAsking(false)}
        header={words.trails.stopTitle}
        closeAriaLabel={words.trails.cancel}
        footer={
          <Box float="right">
            <SpaceBetween size="xs" direction="horizontal">
              <Button variant="link" onClick={() => setAsking(false)}>{words.trails.cancel}</Button>
              <Button variant="primary" loading={isWaiting} onClick={() => run(stopLogging)}>{words.trails.stop}</Button>
            </SpaceBetween>
          </Box>
        }
      >
        <SpaceBetween size="s">
          {told}
          <Shown text={trail.Name} />
          <span>{words.trails.stopText}</span>
        </SpaceBetween>
      </Modal>
    </SpaceBetween>
  );
}
