// Cells and lists that the pages of users, groups, roles and policies share.
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { href } from "../app/location.ts";
import { usePreferences } from "../app/preferences.ts";
import { To } from "../app/To.tsx";
import { Time } from "../events/columns.tsx";
import { Shown } from "../shown/Shown.tsx";

export type Kind = "users" | "groups" | "roles" | "policies";

/** A link to the page of a user, group or role by name, or of a policy by ARN. */
export function Named({ kind, id, text = id }: { kind: Kind; id: string | undefined; text?: string | undefined }) {
  return <To href={href(`/${kind}/${encodeURIComponent(id ?? "")}`)}><Shown text={text} most={200} /></To>;
}

export function When({ time, never = "–" }: { time: Date | undefined; never?: string }) {
  const { zone } = usePreferences();
  return time === undefined ? <>{never}</> : <Time time={time} zone={zone} />;
}

interface NamesProps {
  title: string;
  kind: Kind;
  items: readonly { id: string | undefined; text?: string | undefined }[];
  empty: string;
}

export function Names({ title, kind, items, empty }: NamesProps) {
  return (
    <Container header={<Header variant="h2" counter={`(${items.length})`}>{title}</Header>}>
      {items.length === 0 ? <Box color="text-status-inactive">{empty}</Box> : (
        <ul className="counts" aria-label={title}>
          {items.map(({ id, text }) => <li key={id}><Named kind={kind} id={id} text={text} /></li>)}
        </ul>
      )}
    </Container>
  );
}

export const whoAddress = (kind: string, value: string): string => href("/who", new URLSearchParams({ kind, value }));
