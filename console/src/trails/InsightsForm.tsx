// Which Insights a trail looks for.
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { Answered } from "../app/Answered.tsx";
import { Troubled } from "../app/Troubled.tsx";
import { useAct } from "../app/useAct.ts";
import { useAsked } from "../app/useAsked.ts";
import { words } from "../words.ts";
import { type InsightKind, putInsights, readInsights } from "./trails.ts";

const KINDS = Object.entries(words.trail.insightKinds) as [InsightKind, string][];

export function InsightsForm({ arn }: { arn: string }) {
  const asked = useAsked(`insights ${arn}`, (signal) => readInsights(arn, signal));
  return <Answered asked={asked}>{(kinds) => <Kinds arn={arn} kinds={kinds} again={asked.again} />}</Answered>;
}

function Kinds({ arn, kinds, again }: { arn: string; kinds: readonly InsightKind[]; again(): void }) {
  const [chosen, setChosen] = useState(kinds);
  const { isWaiting, trouble, run } = useAct();
  const save = async () => {
    if (await run(() => putInsights(arn, chosen), words.trail.insightsSaved)) again();
  };
  return (
    <Container header={<Header description={words.trail.insightsHelp}>{words.trail.insights}</Header>}>
      <SpaceBetween size="m">
        <Troubled trouble={trouble} />
        {KINDS.map(([kind, label]) => (
          <Checkbox
            key={kind}
            checked={chosen.includes(kind)}
            onChange={({ detail }) => setChosen(KINDS.map(([each]) => each).filter((each) => (each === kind ? detail.checked : chosen.includes(each))))}
          >
            {label}
          </Checkbox>
        ))}
        <Button loading={isWaiting} disabled={[...chosen].sort().join() === [...kinds].sort().join()} onClick={save}>{words.trail.saveInsights}</Button>
      </SpaceBetween>
    </Container>
  );
}
