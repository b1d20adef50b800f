// A list of counts, each leading to its events.
import Box from "@cloudscape-design/components/box";
import { href } from "../app/location.ts";
import { To } from "../app/To.tsx";
import { Shown } from "../shown/Shown.tsx";
import type { Count } from "./counted.ts";
import { type Search, writeSearch } from "./search.ts";

interface CountsProps {
  label: string;
  field: string;
  counts: readonly Count[];
  /** The search that was counted over. */
  search: Search;
  empty: string;
}

export function Counts({ label, field, counts, search, empty }: CountsProps) {
  if (counts.length === 0) return <Box color="text-status-inactive">{empty}</Box>;
  return (
    <ol className="counts" aria-label={label}>
      {counts.map(({ value, count }) => {
        const conditions = [...search.filter.conditions, { field, operator: "=" as const, value }];
        const narrowed: Search = { ...search, filter: { joined: "and", conditions } };
        return (
          <li key={value}>
            <To href={href("/events", writeSearch(narrowed))}><Shown text={value} most={120} /></To>
            <span>{count}</span>
          </li>
        );
      })}
    </ol>
  );
}
