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
import { readAccounts } from "../events/accounts.ts";
import { Counts } from "../events/Counts.tsx";
import { Time } from "../events/columns.tsx";
import { count, type Counted, type Slot } from "../events/counted.ts";
import type { Field } from "../events/fields.ts";
import { RESULT } from "../events/filter.ts";
import { type Search, searchFor, windowOf, writeSearch } from "../events/search.ts";
import { isKind, type Kind } from "../events/who.ts";
import { Bars } from "../shown/Bars.tsx";
import { Shown } from "../shown/Shown.tsx";
import { timeText } from "../shown/time.ts";
import { words } from "../words.ts";

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
  const accounts = readAccounts(query);
  return <About key={[kind, value, ...accounts].join(" ")} kind={kind} value={value} accounts={accounts} />;
}

function About({ kind, value, accounts }: { kind: Kind; value: string; accounts: readonly string[] }) {
  const search = { ...searchFor([kind, value]), accounts };
  const by = LISTS.map(({ field }) => field);
  const asked = useAsked([kind, value, ...accounts].join(" "), (signal) => count(search, { window: windowOf(search), by, top: SHOWN_MAX, signal }));
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
        {(found) => (found.total === 0 ? <Unseen found={found} /> : <Told found={found} search={search} kind={kind} />)}
      </Answered>
    </SpaceBetween>
  );
}

function Unseen({ found }: { found: Counted }) {
  const { zone } = usePreferences();
  return <Box textAlign="center">{found.isComplete ? words.who.empty : words.who.emptySince(timeText(found.until, zone))}</Box>;
}

interface ToldProps {
  /** At least one event. */
  found: Counted;
  search: Search;
  kind: Kind;
}

function Told({ found, search, kind }: ToldProps) {
  const { zone } = usePreferences();
  const lists = LISTS.filter(({ field }) => field !== kind);
  const failed: Search = { ...search, filter: { joined: "and", conditions: [...search.filter.conditions, { field: RESULT, operator: "=", value: "failed" }] } };
  return (
    <SpaceBetween size="l">
      <Container
        header={<Header variant="h2" description={found.isComplete ? words.who.all : words.who.since(timeText(found.until, zone))}>{words.who.timeline}</Header>}
      >
        <SpaceBetween size="m">
          <KeyValuePairs
            columns={4}
            items={[
              { label: words.who.first, value: <Time time={found.first} zone={zone} /> },
              { label: words.who.last, value: <Time time={found.last} zone={zone} /> },
              { label: words.who.count, value: <To href={href("/events", writeSearch(search))}>{found.total.toLocaleString("en")}</To> },
              { label: words.who.errors, value: <To href={href("/events", writeSearch(failed))}>{found.errors.toLocaleString("en")}</To> },
            ]}
          />
          <OverTime found={found} search={search} />
        </SpaceBetween>
      </Container>
      <Grid gridDefinition={lists.map(() => ({ colspan: { default: 12, xs: 6, m: 4 } }))}>
        {lists.map(({ title, field }) => (
          <Container key={field} fitHeight header={<Header variant="h2">{title}</Header>}>
            <Counts label={title} field={field} counts={found.groups[field] ?? []} search={search} empty="–" />
          </Container>
        ))}
      </Grid>
    </SpaceBetween>
  );
}

/** From the first event to the last, so that the slots are as fine as they can be. */
function OverTime({ found: { first, last }, search }: Pick<ToldProps, "found" | "search">) {
  const { zone } = usePreferences();
  const [from, to] = [first ?? new Date(0), last ?? new Date()];
  const every = Math.max(1, Math.ceil((to.getTime() - from.getTime()) / 1000 / SLOTS));
  const key = `${writeSearch(search)} ${from.getTime()} ${to.getTime()}`;
  const asked = useAsked(key, (signal) => count(search, { window: { from, to }, every, signal }));
  const range = (slot: Slot): Search => ({ ...search, range: { kind: "between", from: slot.from, to: slot.to } });
  return (
    <Answered asked={asked}>
      {({ slots }) => <Bars label={words.who.timeline} slots={slots} zone={zone} address={(slot) => href("/events", writeSearch(range(slot)))} />}
    </Answered>
  );
}
