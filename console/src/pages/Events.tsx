// Event history: the table, its conditions, live following and downloads.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import CollectionPreferences from "@cloudscape-design/components/collection-preferences";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import Toggle from "@cloudscape-design/components/toggle";
import { useEffect, useMemo, useRef, useState } from "react";
import { go, href, usePlace } from "../app/location.ts";
import { prefer, usePreferences } from "../app/preferences.ts";
import { Conditions } from "../events/Conditions.tsx";
import { COLUMNS, columns } from "../events/columns.tsx";
import type { ShownEvent } from "../events/event.ts";
import { NO_FILTER, rest } from "../events/filter.ts";
import { readSearch, type Search, writeSearch } from "../events/lookup.ts";
import { type Download, useDownload } from "../events/useDownload.ts";
import { type Events as Found, useEvents } from "../events/useEvents.ts";
import { Shown } from "../shown/Shown.tsx";
import { countText, words } from "../words.ts";

const COMPARED_MAX = 5;

export default function Events() {
  const { query } = usePlace();
  const { search, unread } = useMemo(() => readSearch(query), [query]);
  const key = writeSearch(search).toString();
  const isFollowing = query.get("follow") === "yes" && search.range.kind !== "between";
  const found = useEvents(search, key, isFollowing);
  const download = useDownload(search);

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
      <EventTable found={found} search={search} isFollowing={isFollowing} show={show} download={download} />
    </SpaceBetween>
  );
}

interface EventTableProps {
  found: Found;
  search: Search;
  isFollowing: boolean;
  show(search: Search, follows: boolean): void;
  download: Download;
}

function EventTable({ found, search, isFollowing, show, download }: EventTableProps) {
  const preferences = usePreferences();
  const [selected, setSelected] = useState<ShownEvent[]>([]);
  const definitions = useMemo(() => columns(preferences.zone), [preferences.zone]);
  const isFilteredHere = rest(search.filter).conditions.length > 0;
  const compare = () => go(href("/compare", new URLSearchParams(selected.map(({ id }) => ["id", id]))));
  const shown = useMemo(
    () => COLUMNS.map(({ id }) => ({ id, visible: preferences.columns.includes(id) || id === "eventName" }))
      .sort((one, other) => place(preferences.columns, one.id) - place(preferences.columns, other.id)),
    [preferences.columns],
  );
  const counter = countText(found.events.length, found.read, found.isWhole, isFilteredHere);
  return (
    <Table
      variant="full-page"
      stickyHeader
      trackBy="id"
      items={found.events}
      columnDefinitions={definitions}
      columnDisplay={shown}
      wrapLines={preferences.wraps}
      resizableColumns
      contentDensity="compact"
      selectionType="multi"
      selectedItems={selected}
      isItemDisabled={(event) => selected.length >= COMPARED_MAX && !selected.some(({ id }) => id === event.id)}
      onSelectionChange={({ detail }) => setSelected(detail.selectedItems.slice(0, COMPARED_MAX))}
      loading={found.isLoading && found.events.length === 0}
      loadingText={words.events.loading}
      ariaLabels={{
        tableLabel: words.events.table,
        selectionGroupLabel: words.events.select,
        allItemsSelectionLabel: () => words.events.select,
        itemSelectionLabel: (_, event) => `${words.events.select} ${event.listed.EventName ?? event.id}`,
      }}
      header={
        <Header
          variant="h1"
          counter={found.read === 0 ? "" : `(${counter})`}
          description={isFollowing ? words.events.following : words.events.intro}
          actions={
            <SpaceBetween size="xs" direction="horizontal" alignItems="center">
              <Toggle
                checked={isFollowing}
                disabled={search.range.kind === "between"}
                onChange={({ detail }) => show(search, detail.checked)}
              >
                {words.events.follow}
              </Toggle>
              <Button disabled={selected.length < 2} onClick={compare}>{words.events.compare}</Button>
              <ButtonDropdown
                items={[{ id: "csv", text: words.events.csv }, { id: "json", text: words.events.json }]}
                loading={download.isRunning}
                onItemClick={({ detail }) => download.start(detail.id === "csv" ? "csv" : "json")}
              >
                {words.events.download}
              </ButtonDropdown>
              <Button iconName="refresh" ariaLabel={words.events.reload} loading={found.isLoading} onClick={found.reload} />
            </SpaceBetween>
          }
        >
          {words.events.title}
        </Header>
      }
      filter={<Conditions search={search} events={found.events} onChange={(next) => show(next, isFollowing)} />}
      preferences={<Preferences />}
      empty={<Empty search={search} found={found} show={show} />}
      footer={<Footer found={found} isFilteredHere={isFilteredHere} />}
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

function Empty({ search, found, show }: Pick<EventTableProps, "search" | "found" | "show">) {
  if (found.trouble !== undefined) {
    return (
      <Alert type="error" header={found.trouble.title} action={<Button onClick={found.reload}>{words.events.again}</Button>}>
        {found.trouble.message}
      </Alert>
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

/** Comes into view when one has scrolled to the end, and then loads on. */
function Footer({ found, isFilteredHere }: { found: Found; isFilteredHere: boolean }) {
  const end = useRef<HTMLDivElement>(null);
  const more = useRef(found.more);
  more.current = found.more;
  const mayLoad = !found.isLoading && !found.isWhole && found.trouble === undefined && found.events.length > 0 && !isFilteredHere;
  useEffect(() => {
    const element = end.current;
    if (element === null || !mayLoad) return;
    const seen = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) more.current();
    });
    seen.observe(element);
    return () => seen.disconnect();
  }, [mayLoad]);
  if (found.trouble !== undefined && found.events.length > 0) {
    return (
      <Alert type="error" header={found.trouble.title} action={<Button onClick={found.more}>{words.events.again}</Button>}>
        {found.trouble.message}
      </Alert>
    );
  }
  return (
    <div ref={end}>
      <Box textAlign="center">
        {found.isWhole ? (
          <Box color="text-status-inactive">{found.events.length > 0 && words.events.end}</Box>
        ) : (
          <Button loading={found.isLoading} loadingText={words.events.loadingMore} onClick={found.more}>
            {isFilteredHere ? words.events.searchOn : words.events.more}
          </Button>
        )}
      </Box>
    </div>
  );
}

function DownloadState({ download }: { download: Download }) {
  if (download.trouble !== undefined) {
    return <Alert type="error" dismissible onDismiss={download.dismiss} header={download.trouble.title}>{download.trouble.message}</Alert>;
  }
  if (download.isCut) return <Alert type="warning" dismissible onDismiss={download.dismiss}>{words.events.downloadCut}</Alert>;
  if (!download.isRunning) return null;
  return (
    <Alert type="info" action={<Button onClick={download.cancel}>{words.events.cancel}</Button>}>
      {words.events.downloading}: {download.read}
    </Alert>
  );
}
