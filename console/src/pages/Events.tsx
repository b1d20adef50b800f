// Event history: the table, its conditions, live following and downloads.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import CollectionPreferences from "@cloudscape-design/components/collection-preferences";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Toggle from "@cloudscape-design/components/toggle";
import { useCallback, useMemo, useRef, useState } from "react";
import { go, href, usePlace } from "../app/location.ts";
import { prefer, usePreferences } from "../app/preferences.ts";
import { foreignAccounts, keyOf, writeAccounts } from "../events/accounts.ts";
import { Conditions } from "../events/Conditions.tsx";
import { COLUMNS, columns, eventAddress } from "../events/columns.tsx";
import type { ShownEvent } from "../events/event.ts";
import { firstOf } from "../events/fields.ts";
import { NO_FILTER } from "../events/filter.ts";
import { SavedSearches } from "../events/SavedSearches.tsx";
import { readSearch, type Search, writeSearch } from "../events/search.ts";
import { type Download, useDownload } from "../events/useDownload.ts";
import { type Events as Found, useEvents } from "../events/useEvents.ts";
import { Rows } from "../shown/Rows.tsx";
import { Shown } from "../shown/Shown.tsx";
import { timeText } from "../shown/time.ts";
import { words } from "../words.ts";

const COMPARED_MAX = 5;
const WRAPPED_LINES = 3;

export default function Events() {
  const { query } = usePlace();
  const { search, unread } = useMemo(() => readSearch(query), [query]);
  const key = writeSearch(search).toString();
  const isFollowing = query.get("follow") === "yes" && search.range.kind !== "between";
  const found = useEvents(search, key, isFollowing);
  const download = useDownload(search);
  const [selected, setSelected] = useState<ReadonlyMap<string, ShownEvent>>(new Map());

  const show = (next: Search, follows: boolean) => {
    const written = writeSearch(next);
    if (follows) written.set("follow", "yes");
    go(href("/events", written), "replace");
  };

  return (
    <SpaceBetween size="m">
      {unread.length > 0 && (
        <Alert type="warning" header={words.events.unread}>
          <Shown text={unread.join(", ")} most={500} />
        </Alert>
      )}
      {found.followTrouble !== undefined && isFollowing && (
        <Alert type="warning" header={words.events.followTroubled}>{found.followTrouble.message}</Alert>
      )}
      <DownloadState download={download} />
      <Header
        variant="h1"
        counter={`(${found.events.length.toLocaleString("en")}${found.isWhole ? "" : "+"})`}
        description={isFollowing ? words.events.following : words.events.intro}
        actions={
          <SpaceBetween size="xs" direction="horizontal" alignItems="center">
            <Toggle checked={isFollowing} disabled={search.range.kind === "between"} onChange={({ detail }) => show(search, detail.checked)}>
              {words.events.follow}
            </Toggle>
            <Button disabled={selected.size < 2} onClick={() => go(compareAddress([...selected.values()]))}>
              {words.events.compare}
            </Button>
            <ButtonDropdown
              items={[{ id: "csv", text: words.events.csv }, { id: "json", text: words.events.json }]}
              loading={download.isRunning}
              onItemClick={({ detail }) => download.start(detail.id === "csv" ? "csv" : "json")}
            >
              {words.events.download}
            </ButtonDropdown>
            <SavedSearches query={key} />
            <Button iconName="refresh" ariaLabel={words.events.reload} loading={found.isLoading} onClick={found.reload} />
            <Preferences />
          </SpaceBetween>
        }
      >
        {words.events.title}
      </Header>
      <Conditions search={search} events={found.events} onChange={(next) => show(next, isFollowing)} />
      {found.events.length > 0
        ? <EventRows found={found} shows={search.accounts.length > 0 ? ["account"] : []} selected={selected} select={setSelected} />
        : <Nothing search={search} found={found} show={show} />}
      <Foot found={found} />
    </SpaceBetween>
  );
}

interface EventRowsProps {
  found: Found;
  /** Columns that these events cannot do without. */
  shows: readonly string[];
  selected: ReadonlyMap<string, ShownEvent>;
  select(selected: ReadonlyMap<string, ShownEvent>): void;
}

/** Where several are, one's own account is named too. */
function compareAddress(events: readonly ShownEvent[]): string {
  const query = new URLSearchParams(events.map(({ id }) => ["id", id]));
  if (events.some((event) => foreignAccounts(event).length > 0)) writeAccounts(query, [...new Set(events.flatMap(({ account }) => account ?? []))]);
  return href("/compare", query);
}

const selectLabel = (event: ShownEvent): string => `${words.events.select} ${firstOf(event, "eventName") ?? event.id}`;
const open = (event: ShownEvent): void => go(eventAddress(event));

function EventRows({ found, shows, selected, select }: EventRowsProps) {
  const { zone, columns: chosen, wraps } = usePreferences();
  const shown = useMemo(
    () => columns(zone)
      .filter(({ id }) => chosen.includes(id) || shows.includes(id) || id === "eventName")
      .sort((one, other) => place(chosen, one.id) - place(chosen, other.id)),
    [zone, chosen, shows.join(" ")],
  );
  const ids = useMemo(() => new Set(selected.keys()), [selected]);
  const latest = useRef({ selected, found });
  latest.current = { selected, found };
  const onSelect = useCallback((event: ShownEvent, isSelected: boolean) => {
    const next = new Map(latest.current.selected);
    if (!isSelected) next.delete(keyOf(event));
    else if (next.size < COMPARED_MAX) next.set(keyOf(event), event);
    select(next);
  }, [select]);
  const onEnd = useCallback(() => {
    const { isLoading, isWhole, trouble, more } = latest.current.found;
    if (!isLoading && !isWhole && trouble === undefined) more();
  }, []);
  return (
    <Rows
      label={words.events.table}
      items={found.events}
      columns={shown}
      idOf={keyOf}
      isWhole={found.isWhole}
      lines={wraps ? WRAPPED_LINES : 1}
      selected={ids}
      mayBeSelected={(id) => ids.size < COMPARED_MAX || ids.has(id)}
      selectLabel={selectLabel}
      onSelect={onSelect}
      onOpen={open}
      onEnd={onEnd}
    />
  );
}

const place = (order: readonly string[], id: string): number => {
  const at = order.indexOf(id);
  return at < 0 ? order.length : at;
};

function Preferences() {
  const { columns: chosen, wraps } = usePreferences();
  const display = [...COLUMNS]
    .sort((one, other) => place(chosen, one.id) - place(chosen, other.id))
    .map(({ id }) => ({ id, visible: chosen.includes(id) }));
  return (
    <CollectionPreferences
      title={words.events.preferences}
      confirmLabel={words.events.confirm}
      cancelLabel={words.events.cancel}
      preferences={{ contentDisplay: display, wrapLines: wraps }}
      wrapLinesPreference={{ label: words.events.wrap, description: words.events.wrapHelp }}
      contentDisplayPreference={{
        title: words.events.columns,
        options: COLUMNS.map(({ id, label }) => ({ id, label, alwaysVisible: id === "eventName" })),
      }}
      onConfirm={({ detail }) => {
        const visible = (detail.contentDisplay ?? display).filter((column) => column.visible).map(({ id }) => id);
        prefer({ columns: visible, wraps: detail.wrapLines ?? wraps });
      }}
    />
  );
}

interface NothingProps {
  search: Search;
  found: Found;
  show(search: Search, follows: boolean): void;
}

/** Where there are no rows: they come, or there are none, or something went wrong. */
function Nothing({ search, found, show }: NothingProps) {
  if (found.trouble !== undefined) return <Failed found={found} again={found.reload} />;
  if (found.isLoading || !found.isWhole) {
    return (
      <div className="rows">
        <Box textAlign="center" padding="xl">
          {found.isLoading && <><Spinner /> <span role="status">{words.events.loading}</span></>}
        </Box>
      </div>
    );
  }
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="s">
        <b>{words.events.empty}</b>
        <span>{words.events.emptyHelp}</span>
        {search.filter.conditions.length > 0 && (
          <Button onClick={() => show({ ...search, filter: NO_FILTER }, false)}>{words.events.clear}</Button>
        )}
      </SpaceBetween>
    </Box>
  );
}

function Failed({ found, again }: { found: Found; again(): void }) {
  return (
    <Alert type="error" header={found.trouble?.title} action={<Button onClick={again}>{words.events.again}</Button>}>
      {found.trouble?.message}
    </Alert>
  );
}

/** What is below the rows: that these are all, or how to go on. */
function Foot({ found }: { found: Found }) {
  const { zone } = usePreferences();
  if (found.trouble !== undefined && found.events.length > 0) return <Failed found={found} again={found.more} />;
  if (found.trouble !== undefined) return null;
  if (found.isWhole) {
    return found.events.length === 0 ? null : <Box textAlign="center" color="text-status-inactive">{words.events.end}</Box>;
  }
  return (
    <Box textAlign="center">
      <SpaceBetween size="xs" alignItems="center">
        <Button loading={found.isLoading} loadingText={words.events.loadingMore} onClick={found.more}>{words.events.more}</Button>
        {found.read > found.events.length && found.until !== undefined && (
          <Box color="text-status-inactive">{words.events.lookedBack(found.read, timeText(found.until, zone))}</Box>
        )}
      </SpaceBetween>
    </Box>
  );
}

function DownloadState({ download }: { download: Download }) {
  const { zone } = usePreferences();
  if (download.trouble !== undefined) {
    return <Alert type="error" dismissible onDismiss={download.dismiss} header={download.trouble.title}>{download.trouble.message}</Alert>;
  }
  if (!download.isRunning) return null;
  return (
    <Alert type="info" action={<Button onClick={download.cancel}>{words.events.cancel}</Button>}>
      {words.events.downloading}: {download.written.toLocaleString("en")}
      {download.until !== undefined && ` – ${timeText(download.until, zone)}`}
    </Alert>
  );
}
