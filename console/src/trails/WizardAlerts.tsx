// The wizard's second step: who is told of files, and where events go besides.
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { words } from "../words.ts";
import type { StepProps } from "./WizardGeneral.tsx";

export function WizardAlerts({ draft, change, faults }: StepProps) {
  return (
    <Container>
      <SpaceBetween size="l">
        <FormField label={words.wizard.topic} description={words.wizard.topicHelp}>
          <Input value={draft.topic} onChange={({ detail }) => change({ topic: detail.value })} />
        </FormField>
        <FormField label={words.wizard.logGroup} description={words.wizard.logGroupHelp} errorText={faults.logGroup}>
          <Input value={draft.logGroup} onChange={({ detail }) => change({ logGroup: detail.value })} />
        </FormField>
        <FormField label={words.wizard.role} description={words.wizard.roleHelp} errorText={faults.role}>
          <Input value={draft.role} onChange={({ detail }) => change({ role: detail.value })} />
        </FormField>
      </SpaceBetween>
    </Container>
  );
}
