// The columns of a table of events.
import { href } from "../app/location.ts";
import { PlainLink } from "../shown/PlainLink.tsx";
import type { Column } from "../shown/Rows.tsx";
import { Shown } from "../shown/Shown.tsx";
import { otherZone, timeText, type Zone } from "../shown/time.ts";
import { words } from "../words.ts";
import { foreignAccounts, writeAccounts } from "./accounts.ts";
import type { ShownEvent } from "./event.ts";
import { FIELDS, type Field, firstOf } from "./fields.ts";
import { whoAddress } from "./who.ts";

const CELL_CHARACTERS_MAX = 200;

export function eventAddress(event: ShownEvent): string {
  const query = new URLSearchParams();
  writeAccounts(query, foreignAccounts(event));
  return href(`/events/${encodeURIComponent(event.id)}`, query);
}

/** Fields that lead to a page of their own. */
const LINKED = new Set<string>(["userName", "accessKeyId", "sourceAddress", "resourceName", "role", "callerArn"]);

export function FieldValue({ event, field }: { event: ShownEvent; field: Field["key"] }) {
  const value = firstOf(event, field);
  if (value === undefined) return <span>–</span>;
  const shown = <Shown text={value} most={CELL_CHARACTERS_MAX} />;
  return LINKED.has(field) ? <PlainLink href={whoAddress(field, value, foreignAccounts(event))}>{shown}</PlainLink> : shown;
}

function resources(event: ShownEvent) {
  const [first, ...others] = event.resources;
  if (first === undefined) return <span>–</span>;
  return (
    <>
      <Shown text={first.name} most={CELL_CHARACTERS_MAX} />
      {others.length > 0 && ` +${others.length}`}
    </>
  );
}

export function Time({ time, zone }: { time: Date | undefined; zone: Zone }) {
  const isTime = time !== undefined && !Number.isNaN(time.getTime());
  return (
    <time {...(isTime && { dateTime: time.toISOString() })} title={timeText(time, otherZone(zone))}>
      {timeText(time, zone)}
    </time>
  );
}

export function columns(zone: Zone): Column<ShownEvent>[] {
  const named = FIELDS.filter(({ key }) => key !== "eventName" && key !== "resourceName");
  return [
    { id: "time", label: words.events.time, width: 235, cell: ({ time }) => <Time time={time} zone={zone} /> },
    {
      id: "eventName",
      label: words.fields.eventName,
      width: 200,
      isRowHeader: true,
      cell: (event) => (
        <PlainLink href={eventAddress(event)}>
          <Shown text={firstOf(event, "eventName") ?? event.id} most={CELL_CHARACTERS_MAX} />
        </PlainLink>
      ),
    },
    ...named.map(({ key }) => ({
      id: key,
      label: words.fields[key],
      width: 170,
      cell: (event: ShownEvent) => <FieldValue event={event} field={key} />,
    })),
    { id: "resources", label: words.events.resources, width: 200, cell: resources },
  ];
}

export const COLUMNS: readonly { id: string; label: string }[] = columns("utc").map(({ id, label }) => ({ id, label }));
