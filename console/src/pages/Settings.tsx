// The server itself: health, version, storage, retention, and every setting with where it came from.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { Answered } from "../app/Answered.tsx";
import { go, href, usePlace } from "../app/location.ts";
import { usePreferences } from "../app/preferences.ts";
import { useAsked } from "../app/useAsked.ts";
import { Time } from "../events/columns.tsx";
import { readSettings, readStatus, type ServerStatus, type Setting, sizeText, valueText } from "../server/server.ts";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

export default function Settings() {
  const status = useAsked("status", readStatus);
  const settings = useAsked("settings", readSettings);
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        actions={<Button iconName="refresh" ariaLabel={words.events.reload} loading={status.isLoading} onClick={status.again} />}
      >
        {words.server.title}
      </Header>
      <Answered asked={status}>{(found) => <About status={found} />}</Answered>
      <Answered asked={settings}>{(found) => <Effective settings={found} />}</Answered>
    </SpaceBetween>
  );
}

const LOOK = { ok: "success", late: "warning", failing: "error" } as const;

function About({ status }: { status: ServerStatus }) {
  const { zone } = usePreferences();
  const { storage, retentionDays } = status;
  const time = (seconds: number | undefined) => <Time time={seconds === undefined ? undefined : new Date(seconds * 1000)} zone={zone} />;
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{words.server.about}</Header>}>
        <KeyValuePairs
          columns={4}
          items={[
            { label: words.server.version, value: <Shown text={status.version} /> },
            { label: words.server.started, value: time(status.startedAt) },
            { label: words.server.account, value: <Shown text={status.account} /> },
            { label: words.server.region, value: <Shown text={status.region} /> },
            { label: words.server.retention, value: retentionDays === undefined ? words.server.forever : words.server.days(retentionDays) },
            { label: words.server.journal, value: sizeText(storage.journalBytes) },
            { label: words.server.history, value: `${sizeText(storage.historyBytes)}, ${words.server.events(storage.historyEvents)}` },
            { label: words.server.free, value: sizeText(storage.freeBytes) },
            { label: words.server.oldest, value: time(storage.oldestEvent) },
            { label: words.server.newest, value: time(storage.newestEvent) },
          ]}
        />
      </Container>
      <Container
        header={
          <Header variant="h2" description={status.isHealthy ? words.server.healthy : words.server.unhealthy}>
            {words.server.health}
          </Header>
        }
      >
        <KeyValuePairs
          columns={3}
          items={[
            ...status.checks.map(({ name, status: state, message }) => ({
              label: name,
              value: (
                <>
                  <StatusIndicator type={LOOK[state] ?? "info"}>{words.server.statuses[state] ?? state}</StatusIndicator>
                  <div><Shown text={message} /></div>
                </>
              ),
            })),
            ...status.followers.map(({ name, behindEntries }) => ({ label: `${words.server.followers}: ${name}`, value: words.server.behind(behindEntries) })),
          ]}
        />
      </Container>
    </SpaceBetween>
  );
}

const COLUMNS: TableProps.ColumnDefinition<Setting>[] = [
  { id: "name", header: words.server.setting, isRowHeader: true, minWidth: 200, sortingField: "name", cell: ({ name }) => <Shown text={name} most={200} /> },
  { id: "value", header: words.server.value, minWidth: 200, cell: (setting) => <Value setting={setting} /> },
  { id: "origin", header: words.server.from, minWidth: 120, sortingField: "origin", cell: ({ origin }) => words.server.origins[origin] ?? <Shown text={origin} /> },
  { id: "about", header: words.server.meaning, minWidth: 260, cell: ({ about }) => <Shown text={about} /> },
];

function Value({ setting: { value, default: usual, origin, isSecret } }: { setting: Setting }) {
  if (isSecret) return <Box color="text-status-inactive">{words.server.secret}</Box>;
  const text = valueText(value);
  return (
    <>
      {text === "" ? <Box color="text-status-inactive">{words.server.unset}</Box> : <Shown text={text} most={500} />}
      {origin !== "default" && valueText(usual) !== "" && <Box color="text-status-inactive" fontSize="body-s">{words.server.defaultIs(valueText(usual))}</Box>}
    </>
  );
}

function Effective({ settings }: { settings: readonly Setting[] }) {
  const { path, query } = usePlace();
  const wanted = query.get("find") ?? "";
  const find = (text: string) => go(href(path, new URLSearchParams(text === "" ? {} : { find: text })), "replace");
  const shown = settings.filter(({ name, about, origin, value, isSecret }) =>
    [name, about, words.server.origins[origin] ?? "", isSecret ? "" : valueText(value)].some((text) => text.toLowerCase().includes(wanted.toLowerCase())),
  );
  return (
    <Table
      wrapLines
      contentDensity="compact"
      items={shown}
      trackBy="name"
      columnDefinitions={COLUMNS}
      ariaLabels={{ tableLabel: words.server.settings }}
      filter={
        <TextFilter
          filteringText={wanted}
          filteringAriaLabel={words.server.find}
          filteringPlaceholder={words.server.find}
          onChange={({ detail }) => find(detail.filteringText)}
        />
      }
      header={<Header variant="h2" counter={`(${shown.length})`}>{words.server.settings}</Header>}
      empty={<Box textAlign="center">{words.server.noSettings} <Button onClick={() => find("")}>{words.server.clear}</Button></Box>}
    />
  );
}
