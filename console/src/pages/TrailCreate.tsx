// A new trail.
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { newDraft } from "../trails/draft.ts";
import { TrailWizard } from "../trails/TrailWizard.tsx";
import { words } from "../words.ts";

export default function TrailCreate() {
  return (
    <SpaceBetween size="m">
      <Header variant="h1">{words.wizard.create}</Header>
      <TrailWizard name="trail" initial={newDraft} />
    </SpaceBetween>
  );
}
