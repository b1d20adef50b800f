// What happens now: the last hour in figures, findings, sign-ins, trails. Each figure leads to the lookup behind it.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { useEffect, useRef } from "react";
import { Answered } from "../app/Answered.tsx";
import { href } from "../app/location.ts";
import { usePreferences } from "../app/preferences.ts";
import { To } from "../app/To.tsx";
import { type Asked, useAsked } from "../app/useAsked.ts";
import { eventAddress, Time } from "../events/columns.tsx";
import { Counts } from "../events/Counts.tsx";
import { counted, type Slot, slots } from "../events/counted.ts";
import type { ShownEvent } from "../events/event.ts";
import { type Gathered, gather, type Search, searchFor, writeSearch } from "../events/lookup.ts";
import { Bars } from "../shown/Bars.tsx";
import { Shown } from "../shown/Shown.tsx";
import { Health } from "../trails/Health.tsx";
import { listTrails, trailAddress } from "../trails/trails.ts";
import { words } from "../words.ts";

const MINUTE = 60_000;
const MINUTES = 60;
const REFRESH = 5 * MINUTE;
const READ_MAX = 2000;
const SHOWN_MAX = 6;

/** Without lookups: this page makes so many that it would show little else. */
function lastHour(now: number): Search {
  const others = { field: "eventName", operator: "!=" as const, value: "LookupEvents" };
  const filter = { joined: "and" as const, conditions: [others] };
  return { ...searchFor(), filter, range: { kind: "between", from: new Date(now - MINUTES * MINUTE), to: new Date(now) } };
}

async function hourOf(now: number, signal: AbortSignal) {
  const search = lastHour(now);
  const window = { StartTime: new Date(now - MINUTES * MINUTE), EndTime: new Date(now) };
  const { events, read, isWhole } = await gather(search, window, READ_MAX, signal);
  return { search, events, read, isWhole };
}

const days = (amount: number): Search["range"] => ({ kind: "last", amount, unit: "day" });
const FINDINGS: Search = { ...searchFor(["eventSource", "guard.cairn"]), range: days(90) };
const SIGN_INS: Search = { ...searchFor(["eventSource", "signin.amazonaws.com"]), range: days(1) };

/** The newest events of a search, for a list of a few. */
async function newest(search: Search, span: number, signal: AbortSignal): Promise<ShownEvent[]> {
  const { events } = await gather(search, { StartTime: new Date(Date.now() - span) }, SHOWN_MAX, signal);
  return events.slice(0, SHOWN_MAX);
}

export default function Dashboard() {
  const hour = useAsked("hour", (signal) => hourOf(Math.floor(Date.now() / MINUTE) * MINUTE + MINUTE, signal));
  const again = useRef(hour.again);
  again.current = hour.again;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") again.current();
    }, REFRESH);
    return () => clearInterval(timer);
  }, []);
  const findings = useAsked("findings", (signal) => newest(FINDINGS, 90 * 24 * 60 * MINUTE, signal));
  const signIns = useAsked("sign-ins", (signal) => newest(SIGN_INS, 24 * 60 * MINUTE, signal));
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={words.dashboard.intro}
        actions={<Button iconName="refresh" ariaLabel={words.events.reload} loading={hour.isLoading} onClick={hour.again} />}
      >
        {words.dashboard.title}
      </Header>
      <Answered asked={hour}>{(found) => <Hour {...found} />}</Answered>
      <Grid gridDefinition={[{ colspan: { default: 12, s: 4 } }, { colspan: { default: 12, s: 4 } }, { colspan: { default: 12, s: 4 } }]}>
        <Listed title={words.dashboard.findings} asked={findings} search={FINDINGS} empty={words.dashboard.noFindings} />
        <Listed title={words.dashboard.signIns} asked={signIns} search={SIGN_INS} empty={words.dashboard.noSignIns} />
        <TrailHealth />
      </Grid>
    </SpaceBetween>
  );
}

function Hour({ search, events, read, isWhole }: { search: Search } & Gathered) {
  const { zone } = usePreferences();
  if (search.range.kind !== "between") return null;
  const { from, to } = search.range;
  const address = (slot: Slot) => href("/events", writeSearch({ ...search, range: { kind: "between", from: slot.from, to: slot.to } }));
  const lists = [
    { title: words.dashboard.byService, field: "eventSource", empty: words.dashboard.noEvents },
    { title: words.dashboard.byPrincipal, field: "userName", empty: words.dashboard.noEvents },
    { title: words.dashboard.byName, field: "eventName", empty: words.dashboard.noEvents },
    { title: words.dashboard.errors, field: "errorCode", empty: words.dashboard.noErrors },
  ] as const;
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2" {...(!isWhole && { description: words.dashboard.partial(read) })}>{words.dashboard.perMinute}</Header>}>
        <Bars label={words.dashboard.perMinute} slots={slots(events, from, to, MINUTES)} zone={zone} address={address} />
      </Container>
      <Grid gridDefinition={lists.map(() => ({ colspan: { default: 12, xs: 6, m: 3 } }))}>
        {lists.map(({ title, field, empty }) => (
          <Container key={field} fitHeight header={<Header variant="h2">{title}</Header>}>
            <Counts label={title} field={field} counts={counted(events, field, SHOWN_MAX)} search={search} empty={empty} />
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
                <li key={event.id}>
                  <To href={eventAddress(event)}><Shown text={event.listed.EventName} most={60} /></To>
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

function Part({ title, link, children }: { title: string; link: string; children: ReactNode }) {
  return (
    <Container fitHeight header={<Header variant="h2">{title}</Header>} footer={<To href={link} ariaLabel={`${words.event.showAll}: ${title}`}>{words.event.showAll}</To>}>
      {children}
    </Container>
  );
}
