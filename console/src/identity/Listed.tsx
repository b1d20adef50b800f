// A list of users, groups, roles or policies: found by name, in pages; both are in the address.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import type { ReactNode } from "react";
import { go, href, usePlace } from "../app/location.ts";
import { words } from "../words.ts";

const PAGE_ROWS = 50;

interface ListedProps<T> {
  title: string;
  items: readonly T[];
  nameOf(item: T): string;
  columns: TableProps.ColumnDefinition<T>[];
  actions?: ReactNode;
  again(): void;
}

export function Listed<T>({ title, items, nameOf, columns, actions, again }: ListedProps<T>) {
  const { path, query } = usePlace();
  const wanted = query.get("find") ?? "";
  const found = items.filter((item) => nameOf(item).toLowerCase().includes(wanted.toLowerCase()));
  const pages = Math.max(1, Math.ceil(found.length / PAGE_ROWS));
  const asked = Number(query.get("page") ?? 1);
  const page = Number.isInteger(asked) ? Math.min(pages, Math.max(1, asked)) : 1;
  const change = (part: Record<string, string>) => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(part)) {
      if (value === "") next.delete(name);
      else next.set(name, value);
    }
    go(href(path, next), "replace");
  };
  return (
    <Table
      variant="full-page"
      items={found.slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS)}
      trackBy={nameOf}
      columnDefinitions={columns}
      ariaLabels={{ tableLabel: title }}
      header={
        <Header
          variant="h1"
          counter={`(${items.length})`}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {actions}
              <Button iconName="refresh" ariaLabel={words.events.reload} onClick={again} />
            </SpaceBetween>
          }
        >
          {title}
        </Header>
      }
      filter={
        <TextFilter
          filteringText={wanted}
          filteringAriaLabel={words.identity.find}
          filteringPlaceholder={words.identity.find}
          onChange={({ detail }) => change({ find: detail.filteringText, page: "" })}
        />
      }
      pagination={
        <Pagination
          currentPageIndex={page}
          pagesCount={pages}
          ariaLabels={{
            paginationLabel: words.identity.pages,
            pageLabel: words.identity.page,
            previousPageLabel: words.identity.previous,
            nextPageLabel: words.identity.next,
          }}
          onChange={({ detail }) => change({ page: String(detail.currentPageIndex) })}
        />
      }
      empty={
        <Box textAlign="center" padding="l">
          <b>{words.identity.none}</b>
          <div>{words.identity.noneHelp}</div>
          {wanted !== "" && <Button onClick={() => change({ find: "", page: "" })}>{words.identity.clear}</Button>}
        </Box>
      }
    />
  );
}
