// Two to five events side by side.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import Toggle from "@cloudscape-design/components/toggle";
import { useMemo, useState } from "react";
import { Answered } from "../app/Answered.tsx";
import { href, usePlace } from "../app/location.ts";
import { To } from "../app/To.tsx";
import { useAsked } from "../app/useAsked.ts";
import { readAccounts } from "../events/accounts.ts";
import { eventAddress } from "../events/columns.tsx";
import { type ShownEvent, textAt } from "../events/event.ts";
import { compared, type Row } from "../events/compared.ts";
import { findEvent } from "../events/lookup.ts";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

const EVENTS_MAX = 5;
const ID_CHARACTERS_MAX = 200;

export default function Compare() {
  const { query } = usePlace();
  const ids = [...new Set(query.getAll("id"))].filter((id) => id !== "" && id.length <= ID_CHARACTERS_MAX).slice(0, EVENTS_MAX);
  const accounts = readAccounts(query);
  const asked = useAsked([...ids, ...accounts].join("\n"), async (signal) => Promise.all(ids.map((id) => findEvent(id, accounts, signal))));
  if (ids.length < 2) {
    return (
      <Alert type="info" header={words.compare.title}>
        {words.compare.few} <To href={href("/events")}>{words.event.back}</To>
      </Alert>
    );
  }
  return <Answered asked={asked}>{(events) => <SideBySide ids={ids} events={events} />}</Answered>;
}

function SideBySide({ ids, events }: { ids: string[]; events: (ShownEvent | undefined)[] }) {
  const [onlyDifferent, setOnlyDifferent] = useState(true);
  const rows = useMemo(() => compared(events.map((event) => event?.record)), [events]);
  const shown = onlyDifferent ? rows.filter(({ differs }) => differs) : rows;
  const definitions: TableProps.ColumnDefinition<Row>[] = [
    { id: "field", header: words.compare.field, isRowHeader: true, minWidth: 200, cell: ({ path }) => <Shown text={path} most={200} /> },
    ...ids.map((id, index) => [id, events[index], index] as const).map(([id, event, index]) => ({
      id,
      minWidth: 180,
      header: event === undefined
        ? `${id} (${words.compare.missing})`
        : <To href={eventAddress(event)}><Shown text={textAt(event.record, "eventName") ?? id} most={80} /></To>,
      cell: ({ values, differs }: Row) => (
        <span className={differs ? "differs" : undefined}><Shown text={values[index]} most={500} /></span>
      ),
    })),
  ];
  return (
    <SpaceBetween size="m">
      <Table
        variant="container"
        wrapLines
        contentDensity="compact"
        trackBy="path"
        items={shown}
        columnDefinitions={definitions}
        ariaLabels={{ tableLabel: words.compare.table }}
        empty={<Box textAlign="center">{words.compare.same}</Box>}
        header={
          <Header
            variant="h1"
            actions={<Toggle checked={onlyDifferent} onChange={({ detail }) => setOnlyDifferent(detail.checked)}>{words.compare.onlyDifferent}</Toggle>}
          >
            {words.compare.title}
          </Header>
        }
      />
    </SpaceBetween>
  );
}
