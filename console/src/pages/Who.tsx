// Who is this: everything about one user, key, role, address or resource.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Answered } from "../app/Answered.tsx";
import { href, usePlace } from "../app/location.ts";
import { usePreferences } from "../app/preferences.ts";
import { To } from "../app/To.tsx";
import { useAsked } from "../app/useAsked.ts";
import { Counts } from "../events/Counts.tsx";
import { Time } from "../events/columns.tsx";
import { counted, type Slot, slots } from "../events/counted.ts";
import type { Field } from "../events/fields.ts";
import { type Gathered, gather, type Search, searchFor, windowOf, writeSearch } from "../events/lookup.ts";
import { isKind, type Kind } from "../events/who.ts";
import { Bars } from "../shown/Bars.tsx";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

const READ_MAX = 5000;
const VALUE_CHARACTERS_MAX = 2000;
const SHOWN_MAX = 10;
const SLOTS = 60;

const LISTS: { title: string; field: Field["key"] }[] = [
  { title: words.who.actions, field: "eventName" },
  { title: words.who.errorCodes, field: "errorCode" },
  { title: words.who.regions, field: "region" },
  { title: words.who.agents, field: "userAgent" },
  { title: words.who.addresses, field: "sourceAddress" },
  { title: words.who.users, field: "userName" },
  { title: words.who.keys, field: "accessKeyId" },
  { title: words.who.resources, field: "resourceName" },
];

export default function Who() {
  const { query } = usePlace();
  const [kind, value] = [query.get("kind") ?? "", query.get("value") ?? ""];
  if (!isKind(kind) || value === "" || value.length > VALUE_CHARACTERS_MAX) {
    const kinds = Object.values(words.who.kinds).join(", ");
    return <Alert type="warning" header={words.who.unknown}>{words.who.unknownHelp} {kinds}</Alert>;
  }
  return <About key={`${kind} ${value}`} kind={kind} value={value} />;
}

function About({ kind, value }: { kind: Kind; value: string }) {
  const search = searchFor([kind, value]);
  const asked = useAsked(`${kind} ${value}`, (signal) => gather(search, windowOf(search), READ_MAX, signal));
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={words.who.kinds[kind]}
        actions={<To href={href("/events", writeSearch(search))}>{words.who.events}</To>}
      >
        <Shown text={value} most={300} />
      </Header>
      <Answered asked={asked}>
        {(found) =>
          found.events.length === 0
            ? <Box textAlign="center">{found.isWhole ? words.who.empty : words.who.emptyAmong(found.read)}</Box>
            : <Told found={found} search={search} kind={kind} />
        }
      </Answered>
    </SpaceBetween>
  );
}

interface ToldProps {
  /** At least one event. */
  found: Gathered;
  search: Search;
  kind: Kind;
}

function Told({ found: { events, read, isWhole }, search, kind }: ToldProps) {
  const { zone } = usePreferences();
  const [last, first] = [events[0]?.time, events.at(-1)?.time];
  const failed = events.filter((event) => counted([event], "errorCode", 1).length > 0).length;
  const range = (slot: Slot): Search => ({ ...search, range: { kind: "between", from: slot.from, to: slot.to } });
  const lists = LISTS.filter(({ field }) => field !== kind);
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2" description={isWhole ? words.who.all : words.who.partial(read)}>{words.who.timeline}</Header>}>
        <SpaceBetween size="m">
          <KeyValuePairs
            columns={4}
            items={[
              { label: words.who.first, value: <Time time={first} zone={zone} /> },
              { label: words.who.last, value: <Time time={last} zone={zone} /> },
              { label: words.who.count, value: `${events.length}${isWhole ? "" : "+"}` },
              { label: words.who.errors, value: String(failed) },
            ]}
          />
          {first !== undefined && last !== undefined && (
            <Bars
              label={words.who.timeline}
              slots={slots(events, first, new Date(last.getTime() + 1000), SLOTS)}
              zone={zone}
              address={(slot) => href("/events", writeSearch(range(slot)))}
            />
          )}
        </SpaceBetween>
      </Container>
      <Grid gridDefinition={lists.map(() => ({ colspan: { default: 12, xs: 6, m: 4 } }))}>
        {lists.map(({ title, field }) => (
          <Container key={field} fitHeight header={<Header variant="h2">{title}</Header>}>
            <Counts label={title} field={field} counts={counted(events, field, SHOWN_MAX)} search={search} empty="–" />
          </Container>
        ))}
      </Grid>
    </SpaceBetween>
  );
}
