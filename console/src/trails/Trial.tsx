// What selectors would keep of what was recorded.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { href } from "../app/location.ts";
import { usePreferences } from "../app/preferences.ts";
import { To } from "../app/To.tsx";
import { Troubled } from "../app/Troubled.tsx";
import { useAct } from "../app/useAct.ts";
import { ask } from "../session/route.ts";
import { Shown } from "../shown/Shown.tsx";
import { timeText } from "../shown/time.ts";
import { words } from "../words.ts";
import { isRead, read, sent } from "./selectors.ts";

interface Tried {
  eventId: string;
  eventTime: number;
  eventSource: string;
  eventName: string;
  category: string;
}

interface Outcome {
  read: number;
  matched: number;
  isComplete: boolean;
  until: number;
  bySource: { value: string; count: number }[];
  matches: Tried[];
  misses: Tried[];
}

const SECONDS = { hour: 3600, day: 86_400, week: 7 * 86_400, month: 30 * 86_400 };
type Range = keyof typeof SECONDS;
const RANGES = Object.entries(words.selectors.ranges).map(([value, label]) => ({ value, label }));

/** The route names the members as every route does, in lowerCamel. */
function bodyOf(text: string, range: Range): Record<string, unknown> {
  const found = read(text);
  if (!isRead(found)) throw new Error(words.selectors.unreadable(found.line, found.reason));
  const { AdvancedEventSelectors, EventSelectors } = sent(found);
  const end = Math.floor(Date.now() / 1000) + 1;
  const selectors = AdvancedEventSelectors === undefined ? { eventSelectors: EventSelectors } : { advancedEventSelectors: AdvancedEventSelectors };
  return { ...selectors, start: end - SECONDS[range], end };
}

export function Trial({ text }: { text: string }) {
  const [range, setRange] = useState<Range>("day");
  const [outcome, setOutcome] = useState<Outcome>();
  const { isWaiting, trouble, run } = useAct();
  const tryNow = () => run(async () => setOutcome(await ask<Outcome>("POST", "/v1/selectors/try", { body: bodyOf(text, range) })));
  return (
    <Container header={<Header variant="h3" description={words.selectors.trialHelp}>{words.selectors.trial}</Header>}>
      <SpaceBetween size="m">
        <SpaceBetween size="s" direction="horizontal" alignItems="center">
          <Select
            ariaLabel={words.selectors.range}
            selectedOption={RANGES.find(({ value }) => value === range) ?? null}
            options={RANGES}
            onChange={({ detail }) => setRange((detail.selectedOption.value ?? "day") as Range)}
          />
          <Button loading={isWaiting} disabled={!isRead(read(text))} onClick={tryNow}>{words.selectors.tryNow}</Button>
          {isWaiting && <StatusIndicator type="loading">{words.selectors.trying}</StatusIndicator>}
        </SpaceBetween>
        <Troubled trouble={trouble} />
        {outcome !== undefined && <Found outcome={outcome} />}
      </SpaceBetween>
    </Container>
  );
}

function Found({ outcome }: { outcome: Outcome }) {
  const { zone } = usePreferences();
  return (
    <SpaceBetween size="m">
      <div role="status">
        <b>{words.selectors.matched(outcome.matched, outcome.read)}</b>{" "}
        {!outcome.isComplete && words.selectors.partial(timeText(new Date(outcome.until * 1000), zone))}
      </div>
      <ColumnLayout columns={3}>
        <div>
          <Box variant="h4">{words.selectors.bySource}</Box>
          <ol className="counts">
            {outcome.bySource.map(({ value, count }) => (
              <li key={value}><Shown text={value} most={100} /><span>{count}</span></li>
            ))}
          </ol>
        </div>
        <Examples title={words.selectors.matches} events={outcome.matches} />
        <Examples title={words.selectors.misses} events={outcome.misses} />
      </ColumnLayout>
    </SpaceBetween>
  );
}

function Examples({ title, events }: { title: string; events: readonly Tried[] }) {
  return (
    <div>
      <Box variant="h4">{title}</Box>
      {events.length === 0 && words.selectors.none}
      <ol className="counts">
        {events.map(({ eventId, eventName, eventSource }) => (
          <li key={eventId}>
            <To href={href(`/events/${encodeURIComponent(eventId)}`)}><Shown text={eventName} most={80} /></To>
            <Shown text={eventSource} most={60} />
          </li>
        ))}
      </ol>
    </div>
  );
}
