// The wizard's last step: everything once more, and how far the making is.
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { Json } from "../shown/Json.tsx";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";
import type { Stage } from "./draft.ts";
import { isRead, read, sent } from "./selectors.ts";
import type { StepProps } from "./WizardGeneral.tsx";

interface ReviewProps extends StepProps {
  stages: readonly Stage[];
  /** What is being done now. */
  at: Stage | undefined;
  onEdit(step: number): void;
}

export function WizardReview({ draft, change, isOld, stages, at, onEdit }: ReviewProps) {
  const yes = (value: boolean) => (value ? words.trails.yes : words.trails.no);
  const found = read(draft.selectors);
  const selectors = isRead(found) ? JSON.stringify(sent(found)) : draft.selectors;
  const text = (value: string) => <Shown text={value} most={300} />;
  return (
    <SpaceBetween size="l">
      <Container header={<Part title={words.wizard.general} onEdit={() => onEdit(0)} />}>
        <KeyValuePairs
          columns={4}
          items={[
            { label: words.wizard.name, value: text(draft.name) },
            { label: words.wizard.region, value: text(draft.region) },
            { label: draft.isNewBucket ? words.wizard.newBucket : words.wizard.oldBucket, value: text(draft.bucket) },
            { label: words.wizard.prefix, value: text(draft.prefix) },
            { label: words.wizard.key, value: text(draft.key) },
            { label: words.wizard.validation, value: yes(draft.validates) },
            { label: words.wizard.multiRegion, value: yes(draft.isMultiRegion) },
            { label: words.wizard.organization, value: yes(draft.isOrganization) },
          ]}
        />
      </Container>
      <Container header={<Part title={words.wizard.alerts} onEdit={() => onEdit(1)} />}>
        <KeyValuePairs
          columns={3}
          items={[
            { label: words.wizard.topic, value: text(draft.topic) },
            { label: words.wizard.logGroup, value: text(draft.logGroup) },
            { label: words.wizard.role, value: text(draft.role) },
          ]}
        />
      </Container>
      <Container header={<Part title={words.wizard.events} onEdit={() => onEdit(2)} />}>
        <Json raw={selectors} value={isRead(found) ? sent(found) : undefined} />
      </Container>
      {!isOld && (
        <Checkbox checked={draft.logs} onChange={({ detail }) => change({ logs: detail.checked })}>
          {words.wizard.logging}
        </Checkbox>
      )}
      {(at !== undefined || draft.done.length > 0) && (
        <Container header={<Header variant="h2">{words.wizard.making}</Header>}>
          <ol className="counts" role="status">
            {stages.map((stage) => (
              <li key={stage}>
                <span>{isOld && stage === "trail" ? words.wizard.saveStages.trail : words.wizard.stages[stage]}</span>
                <Progress isDone={draft.done.includes(stage)} isNow={at === stage} />
              </li>
            ))}
          </ol>
        </Container>
      )}
    </SpaceBetween>
  );
}

function Part({ title, onEdit }: { title: string; onEdit(): void }) {
  return (
    <Header variant="h2" actions={<Button ariaLabel={words.wizard.change(title)} onClick={onEdit}>{words.wizard.change(title)}</Button>}>
      {title}
    </Header>
  );
}

function Progress({ isDone, isNow }: { isDone: boolean; isNow: boolean }) {
  if (isDone) return <StatusIndicator type="success">{words.wizard.done}</StatusIndicator>;
  if (isNow) return <StatusIndicator type="in-progress">{words.wizard.working}</StatusIndicator>;
  return <StatusIndicator type="pending">{words.wizard.waiting}</StatusIndicator>;
}
