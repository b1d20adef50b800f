// One event: who, what, from where, with what result; its record, and what stands around it.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { ReactNode } from "react";
import { Answered } from "../app/Answered.tsx";
import { href, usePlace } from "../app/location.ts";
import type { OfOne } from "../app/Page.tsx";
import { usePreferences } from "../app/preferences.ts";
import { To } from "../app/To.tsx";
import { useAsked } from "../app/useAsked.ts";
import { FieldValue, Time } from "../events/columns.tsx";
import { foreignAccounts, readAccounts } from "../events/accounts.ts";
import { Around } from "../events/Around.tsx";
import { Chain } from "../events/Chain.tsx";
import { chainOf } from "../events/chain.ts";
import { recordText, type ShownEvent } from "../events/event.ts";
import { type Field, firstOf } from "../events/fields.ts";
import { findEvent } from "../events/lookup.ts";
import { whoAddress } from "../events/who.ts";
import { Json } from "../shown/Json.tsx";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

export default function Event({ name }: OfOne) {
  // Nothing is an answer too.
  const { query } = usePlace();
  const accounts = readAccounts(query);
  const asked = useAsked([name, ...accounts].join(" "), async (signal) => ({ event: await findEvent(name, accounts, signal) }));
  return (
    <Answered asked={asked}>
      {({ event }) =>
        event === undefined ? (
          <Alert type="warning" header={words.event.missing}>
            {words.event.missingHelp} <To href={href("/events")}>{words.event.back}</To>
          </Alert>
        ) : (
          <Whole event={event} />
        )
      }
    </Answered>
  );
}

function Whole({ event }: { event: ShownEvent }) {
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description={<Shown text={event.id} />}>
        <Shown text={firstOf(event, "eventName") ?? words.event.title} most={200} />
      </Header>
      <Summary event={event} />
      <Resources event={event} />
      <Around event={event} />
      <Container header={<Header variant="h2">{words.event.record}</Header>}>
        <Json raw={recordText(event)} value={typeof event.record === "string" ? undefined : event.record} />
      </Container>
    </SpaceBetween>
  );
}

function pairs(event: ShownEvent, keys: Field["key"][]) {
  return keys
    .filter((key) => firstOf(event, key) !== undefined)
    .map((key) => ({ label: words.fields[key], value: <FieldValue event={event} field={key} /> }));
}

function Summary({ event }: { event: ShownEvent }) {
  const { zone } = usePreferences();
  const failed = firstOf(event, "errorCode");
  const chain = chainOf(event);
  const result = failed === undefined
    ? <StatusIndicator type="success">{words.event.succeeded}</StatusIndicator>
    : <StatusIndicator type="error">{words.event.failed}</StatusIndicator>;
  const parts: [string, { label: string; value: ReactNode }[]][] = [
    [words.event.who, pairs(event, ["userName", "callerType", "callerArn", "accessKeyId", "role", "origin", "mfa", "invokedBy", "callerAccount"])],
    [words.event.what, [
      { label: words.events.time, value: <Time time={event.time} zone={zone} /> },
      ...pairs(event, ["eventName", "eventSource", "region", "account", "readOnly", "category", "eventType"]),
    ]],
    [words.event.where, pairs(event, ["sourceAddress", "userAgent", "endpointId"])],
    [words.event.result, [
      { label: words.event.result, value: result },
      ...pairs(event, ["errorCode", "errorMessage", "requestId", "sharedEventId"]),
    ]],
  ];
  return (
    <Container header={<Header variant="h2">{words.event.summary}</Header>}>
      <SpaceBetween size="l">
        <ColumnLayout columns={4} variant="text-grid" minColumnWidth={220}>
          {parts.map(([title, items]) => (
            <SpaceBetween key={title} size="s">
              <Box variant="h3">{title}</Box>
              <KeyValuePairs columns={1} items={items} />
            </SpaceBetween>
          ))}
        </ColumnLayout>
        {chain.length > 1 && <Chain title={words.event.chain} links={chain} accounts={foreignAccounts(event)} />}
      </SpaceBetween>
    </Container>
  );
}

/** Lists of thousands are cut; the record has all of them. */
const RESOURCES_MAX = 50;

function Resources({ event }: { event: ShownEvent }) {
  if (event.resources.length === 0) return null;
  return (
    <Container header={<Header variant="h2" counter={`(${event.resources.length})`}>{words.event.resources}</Header>}>
      <ul>
        {event.resources.slice(0, RESOURCES_MAX).map(({ type, name }, index) => (
          <li key={index}>
            <To href={whoAddress("resourceName", name, foreignAccounts(event))}><Shown text={name} most={300} /></To> <Shown text={type} most={100} />
          </li>
        ))}
        {event.resources.length > RESOURCES_MAX && <li>… {event.resources.length - RESOURCES_MAX}</li>}
      </ul>
    </Container>
  );
}
