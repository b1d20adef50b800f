// What a trail delivered: log files and digests, newest first.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import { Answered } from "../app/Answered.tsx";
import { usePreferences } from "../app/preferences.ts";
import { Troubled } from "../app/Troubled.tsx";
import { useAct } from "../app/useAct.ts";
import { useAsked } from "../app/useAsked.ts";
import { Time } from "../events/columns.tsx";
import { ask } from "../session/route.ts";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

interface Delivery {
  kind: "log" | "digest";
  bucket: string;
  key: string;
  bytes: number;
  at: number;
  region: string;
}

interface Found {
  deliveries: Delivery[];
  nextToken?: string;
}

const PAGE = "50";

function deliveriesOf(arn: string, nextToken?: string, signal?: AbortSignal): Promise<Found> {
  const query = { trail: arn, limit: PAGE, ...(nextToken !== undefined && { nextToken }) };
  return ask<Found>("GET", "/v1/trails/deliveries", { query, ...(signal !== undefined && { signal }) });
}

export function Deliveries({ arn }: { arn: string }) {
  const asked = useAsked(`deliveries ${arn}`, (signal) => deliveriesOf(arn, undefined, signal));
  return <Answered asked={asked}>{(first) => <Listed key={first.deliveries[0]?.key ?? ""} arn={arn} first={first} again={asked.again} />}</Answered>;
}

function Listed({ arn, first, again }: { arn: string; first: Found; again(): void }) {
  const { zone } = usePreferences();
  const [found, setFound] = useState(first);
  const { isWaiting, trouble, run } = useAct();
  const more = () =>
    run(async () => {
      const next = await deliveriesOf(arn, found.nextToken);
      setFound({ ...next, deliveries: [...found.deliveries, ...next.deliveries] });
    });
  const columns: TableProps.ColumnDefinition<Delivery>[] = [
    { id: "at", header: words.trail.at, minWidth: 170, cell: ({ at }) => <Time time={new Date(at * 1000)} zone={zone} /> },
    { id: "kind", header: words.trail.kind, minWidth: 90, cell: ({ kind }) => words.trail.kinds[kind] ?? <Shown text={kind} /> },
    { id: "region", header: words.trail.region, minWidth: 110, cell: ({ region }) => <Shown text={region} /> },
    { id: "bytes", header: words.trail.bytes, minWidth: 90, cell: ({ bytes }) => bytes.toLocaleString("en") },
    { id: "key", header: words.trail.file, isRowHeader: true, minWidth: 260, cell: ({ bucket, key }) => <Shown text={`s3://${bucket}/${key}`} most={1100} /> },
  ];
  return (
    <Table
      wrapLines
      contentDensity="compact"
      items={found.deliveries}
      trackBy="key"
      columnDefinitions={columns}
      ariaLabels={{ tableLabel: words.trail.deliveries }}
      header={<Header actions={<Button iconName="refresh" ariaLabel={words.events.reload} onClick={again} />}>{words.trail.deliveries}</Header>}
      empty={<Box textAlign="center"><b>{words.trail.noDeliveries}</b><div>{words.trail.noDeliveriesHelp}</div></Box>}
      footer={
        <>
          <Troubled trouble={trouble} />
          {found.nextToken !== undefined && <Button loading={isWaiting} onClick={more}>{words.events.more}</Button>}
        </>
      }
    />
  );
}
