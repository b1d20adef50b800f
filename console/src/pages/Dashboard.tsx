// What happens now: the last hour in figures, findings, sign-ins, trails. Each figure leads to the lookup behind it.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { useEffect, useRef } from "react";
import { Answered } from "../app/Answered.tsx";
import { go, href, usePlace } from "../app/location.ts";
import { usePreferences } from "../app/preferences.ts";
import { To } from "../app/To.tsx";
import { type Asked, useAsked } from "../app/useAsked.ts";
import { Accounts } from "../events/Accounts.tsx";
import { keyOf, readAccounts, writeAccounts } from "../events/accounts.ts";
import { eventAddress, Time } from "../events/columns.tsx";
import { Counts } from "../events/Counts.tsx";
import { count, type Counted, type Slot } from "../events/counted.ts";
import { at, type ShownEvent, textAt } from "../events/event.ts";
import { firstOf } from "../events/fields.ts";
import { RESULT } from "../events/filter.ts";
import { newest } from "../events/lookup.ts";
import { type Search, searchFor, windowOf, writeSearch } from "../events/search.ts";
import { ask } from "../session/route.ts";
import { Bars } from "../shown/Bars.tsx";
import { Shown } from "../shown/Shown.tsx";
import { timeText } from "../shown/time.ts";
import { Health } from "../trails/Health.tsx";
import { listTrails, trailAddress } from "../trails/trails.ts";
import { words } from "../words.ts";

const MINUTE = 60_000;
const MINUTES = 60;
const REFRESH = 10_000;
const SHOWN_MAX = 6;

/** Calls by which consoles look: a page that shows them shows little else. */
const LOOKING = ["LookupEvents", "SearchEvents", "CountEvents"];

const LISTS = [
  { title: words.dashboard.byService, field: "eventSource", empty: words.dashboard.noEvents },
  { title: words.dashboard.byPrincipal, field: "userName", empty: words.dashboard.noEvents },
  { title: words.dashboard.byName, field: "eventName", empty: words.dashboard.noEvents },
  { title: words.dashboard.errors, field: "errorCode", empty: words.dashboard.noErrors },
] as const;

/** The hour up to the end of this minute, so that a slot is a minute of the clock. */
function lastHour(accounts: readonly string[]): Search {
  const to = Math.floor(Date.now() / MINUTE) * MINUTE + MINUTE;
  const conditions = LOOKING.map((value) => ({ field: "eventName", operator: "!=" as const, value }));
  const range = { kind: "between" as const, from: new Date(to - MINUTES * MINUTE), to: new Date(to - 1000) };
  return { ...searchFor(), filter: { joined: "and", conditions }, range, accounts };
}

async function hourOf(accounts: readonly string[], signal: AbortSignal) {
  const search = lastHour(accounts);
  const by = LISTS.map(({ field }) => field);
  return { search, counted: await count(search, { window: windowOf(search), every: 60, by, top: SHOWN_MAX, signal }) };
}

const days = (amount: number): Search["range"] => ({ kind: "last", amount, unit: "day" });
const FINDINGS: Search = { ...searchFor(["eventSource", "guard.cairn"]), range: days(90) };
const SIGN_INS: Search = { ...searchFor(["eventSource", "signin.amazonaws.com"]), range: days(1) };

const few = (search: Search) => (signal: AbortSignal): Promise<ShownEvent[]> => newest(search, windowOf(search), SHOWN_MAX, signal);

export default function Dashboard() {
  const { query } = usePlace();
  const accounts = readAccounts(query);
  const of = accounts.join(" ");
  const findingsSearch: Search = { ...FINDINGS, accounts };
  const signInsSearch: Search = { ...SIGN_INS, accounts };
  const choose = (chosen: readonly string[]) => {
    const next = new URLSearchParams();
    writeAccounts(next, chosen);
    go(href("/", next), "replace");
  };
  const hour = useAsked(`hour ${of}`, (signal) => hourOf(accounts, signal));
  const again = useRef(hour.again);
  again.current = hour.again;
  const isLoading = useRef(hour.isLoading);
  isLoading.current = hour.isLoading;
  useEffect(() => {
    const timer = setInterval(() => {
      // A server that takes longer than this is not asked again before it has answered.
      if (document.visibilityState === "visible" && !isLoading.current) again.current();
    }, REFRESH);
    return () => clearInterval(timer);
  }, []);
  const findings = useAsked(`findings ${of}`, few(findingsSearch));
  const signIns = useAsked(`sign-ins ${of}`, few(signInsSearch));
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={words.dashboard.intro}
        actions={<Button iconName="refresh" ariaLabel={words.events.reload} loading={hour.isLoading} onClick={hour.again} />}
      >
        {words.dashboard.title}
      </Header>
      <Accounts accounts={accounts} onChange={choose} />
      <Answered asked={hour}>{(found) => <Hour {...found} />}</Answered>
      <Grid gridDefinition={[1, 2, 3, 4].map(() => ({ colspan: { default: 12, xs: 6, m: 3 } }))}>
        <Listed title={words.dashboard.findings} asked={findings} search={findingsSearch} empty={words.dashboard.noFindings} />
        <Listed title={words.dashboard.signIns} asked={signIns} search={signInsSearch} empty={words.dashboard.noSignIns} />
        <TrailHealth />
        <Gateways />
      </Grid>
    </SpaceBetween>
  );
}

function Hour({ search, counted }: { search: Search; counted: Counted }) {
  const { zone } = usePreferences();
  const { total, errors, slots, groups, isComplete, until } = counted;
  const address = (slot: Slot) => href("/events", writeSearch({ ...search, range: { kind: "between", from: slot.from, to: slot.to } }));
  const failed = { ...search, filter: { ...search.filter, conditions: [...search.filter.conditions, { field: RESULT, operator: "=" as const, value: "failed" }] } };
  return (
    <SpaceBetween size="l">
      <Container
        header={<Header variant="h2" {...(!isComplete && { description: words.dashboard.since(timeText(until, zone)) })}>{words.dashboard.perMinute}</Header>}
      >
        <SpaceBetween size="s">
          <KeyValuePairs
            columns={2}
            items={[
              { label: words.dashboard.total, value: <To href={href("/events", writeSearch(search))}>{total.toLocaleString("en")}</To> },
              { label: words.dashboard.failed, value: <To href={href("/events", writeSearch(failed))}>{errors.toLocaleString("en")}</To> },
            ]}
          />
          <Bars label={words.dashboard.perMinute} slots={slots} zone={zone} address={address} />
        </SpaceBetween>
      </Container>
      <Grid gridDefinition={LISTS.map(() => ({ colspan: { default: 12, xs: 6, m: 3 } }))}>
        {LISTS.map(({ title, field, empty }) => (
          <Container key={field} fitHeight header={<Header variant="h2">{title}</Header>}>
            <Counts label={title} field={field} counts={groups[field] ?? []} search={search} empty={empty} />
          </Container>
        ))}
      </Grid>
    </SpaceBetween>
  );
}

interface ListedProps {
  title: string;
  asked: Asked<ShownEvent[]>;
  search: Search;
  empty: string;
}

function Listed({ title, asked, search, empty }: ListedProps) {
  const { zone } = usePreferences();
  return (
    <Part title={title} link={href("/events", writeSearch(search))}>
      <Answered asked={asked}>
        {(events) =>
          events.length === 0 ? <Box color="text-status-inactive">{empty}</Box> : (
            <ol className="counts" aria-label={title}>
              {events.map((event) => (
                <li key={keyOf(event)}>
                  <To href={eventAddress(event)}><Shown text={firstOf(event, "eventName") ?? event.id} most={60} /></To>
                  <Time time={event.time} zone={zone} />
                </li>
              ))}
            </ol>
          )
        }
      </Answered>
    </Part>
  );
}

function TrailHealth() {
  const asked = useAsked("trails", listTrails);
  return (
    <Part title={words.dashboard.of} link={href("/trails")}>
      <Answered asked={asked}>
        {(trails) =>
          trails.length === 0 ? <Box color="text-status-inactive">{words.trails.empty}</Box> : (
            <ol className="counts" aria-label={words.dashboard.of}>
              {trails.slice(0, SHOWN_MAX).map(({ trail, status }) => (
                <li key={trail.TrailARN}>
                  <To href={trailAddress(trail)}><Shown text={trail.Name} most={60} /></To>
                  <Health status={status} />
                </li>
              ))}
            </ol>
          )
        }
      </Answered>
    </Part>
  );
}

async function listGateways(signal: AbortSignal): Promise<unknown[]> {
  const found = at(await ask("GET", "/v1/gateways", { signal }), "gateways");
  return Array.isArray(found) ? found : [];
}

function Gateways() {
  const asked = useAsked("gateways", listGateways);
  const number = (gateway: unknown, name: string) => Number(at(gateway, name) ?? 0);
  return (
    <Part title={words.dashboard.gateways} link={href("/gateways")}>
      <Answered asked={asked}>
        {(gateways) =>
          gateways.length === 0 ? <Box color="text-status-inactive">{words.dashboard.noGateways}</Box> : (
            <ol className="counts" aria-label={words.dashboard.gateways}>
              {gateways.slice(0, SHOWN_MAX).map((gateway, index) => (
                <li key={index}>
                  <To href={href("/gateways")}><Shown text={textAt(gateway, "name")} most={60} /></To>
                  <span>{words.dashboard.gatewayCalls(number(gateway, "calls"), number(gateway, "errors"), number(gateway, "gaps"))}</span>
                </li>
              ))}
            </ol>
          )
        }
      </Answered>
    </Part>
  );
}

function Part({ title, link, children }: { title: string; link: string; children: ReactNode }) {
  return (
    <Container fitHeight header={<Header variant="h2">{title}</Header>} footer={<To href={link} ariaLabel={`${words.event.showAll}: ${title}`}>{words.event.showAll}</To>}>
      {children}
    </Container>
  );
}
