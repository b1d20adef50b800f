// Changes a trail: `?trail=ARN` says which.
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Answered } from "../app/Answered.tsx";
import { usePlace } from "../app/location.ts";
import { useAsked } from "../app/useAsked.ts";
import { draftOf } from "../trails/draft.ts";
import { readTrail } from "../trails/trails.ts";
import { TrailWizard } from "../trails/TrailWizard.tsx";
import { words } from "../words.ts";

export default function TrailEdit() {
  const { query } = usePlace();
  const arn = query.get("trail") ?? "";
  const asked = useAsked(arn, (signal) => readTrail(arn, signal));
  return (
    <SpaceBetween size="m">
      <Header variant="h1">{words.wizard.edit}</Header>
      <Answered asked={asked}>
        {(found) => <TrailWizard key={arn} name={arn} initial={() => draftOf(found)} old={found.trail} />}
      </Answered>
    </SpaceBetween>
  );
}
