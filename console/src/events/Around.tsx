// What stands around an event: others of the same key, caller, resource, address or request, and its neighbours in time.
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import Tabs from "@cloudscape-design/components/tabs";
import { useState } from "react";
import { Answered } from "../app/Answered.tsx";
import { href } from "../app/location.ts";
import { usePreferences } from "../app/preferences.ts";
import { To } from "../app/To.tsx";
import { useAsked } from "../app/useAsked.ts";
import { words } from "../words.ts";
import { foreignAccounts } from "./accounts.ts";
import { columns } from "./columns.tsx";
import type { ShownEvent } from "./event.ts";
import { type Field, firstOf } from "./fields.ts";
import { newest } from "./lookup.ts";
import { type Search, searchFor, windowOf, writeSearch } from "./search.ts";

const SHARED: Field["key"][] = ["accessKeyId", "userName", "resourceName", "sourceAddress", "requestId"];
const AROUND_MILLISECONDS = 5 * 60_000;
const READ_MAX = 500;
const SHOWN_MAX = 25;

export function Around({ event }: { event: ShownEvent }) {
  const tabs: { id: string; label: string; search: Search }[] = [{ id: "time", label: words.event.neighbours, search: around(event, searchFor()) }];
  for (const field of SHARED) {
    const value = firstOf(event, field);
    if (value !== undefined) tabs.push({ id: field, label: words.fields[field], search: around(event, searchFor([field, value])) });
  }
  const [active, setActive] = useState("time");
  return (
    <Container header={<Header variant="h2" description={words.event.minutes}>{words.event.others}</Header>}>
      <Tabs
        ariaLabel={words.event.others}
        activeTabId={active}
        onChange={({ detail }) => setActive(detail.activeTabId)}
        tabs={tabs.map(({ id, label, search }) => ({ id, label, content: id === active && <Others event={event} search={search} /> }))}
      />
    </Container>
  );
}

/** The same search in the minutes around an event, in its account. */
function around(event: ShownEvent, search: Search): Search {
  const middle = event.time?.getTime() ?? 0;
  const [from, to] = [Math.max(0, middle - AROUND_MILLISECONDS), middle + AROUND_MILLISECONDS];
  return { ...search, accounts: foreignAccounts(event), range: { kind: "between", from: new Date(from), to: new Date(to) } };
}

function Others({ event, search }: { event: ShownEvent; search: Search }) {
  const { zone } = usePreferences();
  const query = writeSearch(search);
  const asked = useAsked(query.toString(), (signal) => newest(search, windowOf(search), READ_MAX, signal));
  const wanted = new Set(["time", "eventName", "eventSource", "userName", "resources", "errorCode"]);
  return (
    <Answered asked={asked}>
      {(events) => (
        <SpaceBetween size="s">
          <Table
            variant="embedded"
            contentDensity="compact"
            trackBy="id"
            items={nearest(event, events)}
            columnDefinitions={columns(zone).filter(({ id }) => wanted.has(id)).map(({ label, width, ...column }) => ({ ...column, header: label, minWidth: width / 2 }))}
            ariaLabels={{ tableLabel: words.event.others }}
            empty={<Box textAlign="center">{words.event.none}</Box>}
          />
          <To href={href("/events", query)}>{words.event.showAll}</To>
        </SpaceBetween>
      )}
    </Answered>
  );
}

function nearest(event: ShownEvent, events: readonly ShownEvent[]): ShownEvent[] {
  const middle = event.time?.getTime() ?? 0;
  const distance = ({ time }: ShownEvent) => Math.abs((time?.getTime() ?? 0) - middle);
  return events
    .filter(({ id }) => id !== event.id)
    .sort((one, other) => distance(one) - distance(other))
    .slice(0, SHOWN_MAX)
    .sort((one, other) => (other.time?.getTime() ?? 0) - (one.time?.getTime() ?? 0));
}
