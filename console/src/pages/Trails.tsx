// Trails: what delivers, and whether it does.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { Answered } from "../app/Answered.tsx";
import { go, href } from "../app/location.ts";
import { To } from "../app/To.tsx";
import { useAsked } from "../app/useAsked.ts";
import { Shown } from "../shown/Shown.tsx";
import { Health } from "../trails/Health.tsx";
import { listTrails, type TrailWithStatus, trailAddress } from "../trails/trails.ts";
import { words } from "../words.ts";

const COLUMNS: TableProps.ColumnDefinition<TrailWithStatus>[] = [
  {
    id: "name",
    header: words.trails.name,
    isRowHeader: true,
    minWidth: 180,
    cell: ({ trail }) => <To href={trailAddress(trail)}><Shown text={trail.Name} /></To>,
  },
  { id: "status", header: words.trails.status, minWidth: 150, cell: ({ status }) => <Health status={status} /> },
  { id: "region", header: words.trails.region, minWidth: 130, cell: ({ trail }) => <Shown text={trail.HomeRegion} /> },
  { id: "multi", header: words.trails.multiRegion, minWidth: 120, cell: ({ trail }) => (trail.IsMultiRegionTrail ? words.trails.yes : words.trails.no) },
  { id: "bucket", header: words.trails.bucket, minWidth: 180, cell: ({ trail }) => <Shown text={trail.S3BucketName} /> },
  {
    id: "validation",
    header: words.trails.validation,
    minWidth: 150,
    cell: ({ trail }) => (trail.LogFileValidationEnabled ? words.trails.yes : words.trails.no),
  },
];

export default function Trails() {
  const asked = useAsked("trails", listTrails);
  return (
    <Answered asked={asked}>
      {(trails) => (
        <Table
          variant="full-page"
          trackBy={({ trail }) => trail.TrailARN ?? ""}
          items={trails}
          columnDefinitions={COLUMNS}
          ariaLabels={{ tableLabel: words.trails.table }}
          header={
            <Header
              variant="h1"
              counter={`(${trails.length})`}
              description={words.trails.intro}
              actions={
                <SpaceBetween size="xs" direction="horizontal">
                  <Button iconName="refresh" ariaLabel={words.events.reload} loading={asked.isLoading} onClick={asked.again} />
                  <Create />
                </SpaceBetween>
              }
            >
              {words.trails.title}
            </Header>
          }
          empty={
            <Box textAlign="center" padding="l">
              <SpaceBetween size="s">
                <b>{words.trails.empty}</b>
                <span>{words.trails.emptyHelp}</span>
                <Create />
              </SpaceBetween>
            </Box>
          }
        />
      )}
    </Answered>
  );
}

function Create() {
  const address = href("/trails/create");
  return (
    <Button
      variant="primary"
      href={address}
      onFollow={(event) => {
        event.preventDefault();
        go(address);
      }}
    >
      {words.wizard.create}
    </Button>
  );
}
