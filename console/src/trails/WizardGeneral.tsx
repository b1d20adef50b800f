// The wizard's first step: what the trail is called, where its files go, how they are kept.
import Autosuggest from "@cloudscape-design/components/autosuggest";
import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tiles from "@cloudscape-design/components/tiles";
import { useAsked } from "../app/useAsked.ts";
import { words } from "../words.ts";
import type { Draft, Faults } from "./draft.ts";
import { listBuckets, listKeys } from "./storage.ts";

export interface StepProps {
  draft: Draft;
  change(part: Partial<Draft>): void;
  faults: Faults;
  /** Of a trail that is there already, name and Region stay. */
  isOld: boolean;
}

export function WizardGeneral({ draft, change, faults, isOld }: StepProps) {
  const { trouble: unlisted, value: buckets = [] } = useAsked("buckets", listBuckets);
  const { trouble: unknown, value: keys = [] } = useAsked(`keys ${draft.region}`, (signal) => listKeys(draft.region, signal));
  return (
    <Container>
      <SpaceBetween size="l">
        <FormField label={words.wizard.name} constraintText={words.wizard.nameHelp} errorText={faults.name}>
          <Input value={draft.name} disabled={isOld} autoComplete={false} onChange={({ detail }) => change({ name: detail.value })} />
        </FormField>
        <FormField label={words.wizard.region} errorText={faults.region}>
          <Input value={draft.region} disabled={isOld} onChange={({ detail }) => change({ region: detail.value })} />
        </FormField>
        <FormField label={words.wizard.bucketKind} stretch>
          <Tiles
            value={draft.isNewBucket ? "new" : "old"}
            onChange={({ detail }) => change({ isNewBucket: detail.value === "new" })}
            items={[
              { value: "new", label: words.wizard.newBucket, description: words.wizard.newBucketHelp },
              { value: "old", label: words.wizard.oldBucket, description: words.wizard.oldBucketHelp },
            ]}
          />
        </FormField>
        <FormField label={words.wizard.bucket} errorText={faults.bucket} description={unlisted !== undefined && !draft.isNewBucket && words.wizard.bucketsUnread}>
          {draft.isNewBucket ? (
            <Input value={draft.bucket} autoComplete={false} onChange={({ detail }) => change({ bucket: detail.value })} />
          ) : (
            <Autosuggest
              value={draft.bucket}
              options={buckets.map((value) => ({ value }))}
              enteredTextLabel={(text) => text}
              onChange={({ detail }) => change({ bucket: detail.value })}
            />
          )}
        </FormField>
        <FormField label={words.wizard.prefix} description={words.wizard.prefixHelp}>
          <Input value={draft.prefix} onChange={({ detail }) => change({ prefix: detail.value })} />
        </FormField>
        <FormField label={words.wizard.key} description={unknown === undefined ? words.wizard.keyHelp : words.wizard.keysUnread}>
          <Autosuggest
            value={draft.key}
            options={keys}
            enteredTextLabel={(text) => text}
            onChange={({ detail }) => change({ key: detail.value })}
          />
        </FormField>
        <Checkbox checked={draft.validates} description={words.wizard.validationHelp} onChange={({ detail }) => change({ validates: detail.checked })}>
          {words.wizard.validation}
        </Checkbox>
        <Checkbox checked={draft.isMultiRegion} description={words.wizard.multiRegionHelp} onChange={({ detail }) => change({ isMultiRegion: detail.checked })}>
          {words.wizard.multiRegion}
        </Checkbox>
        {!draft.isMultiRegion && (
          <Checkbox checked={draft.includesGlobal} onChange={({ detail }) => change({ includesGlobal: detail.checked })}>
            {words.wizard.global}
          </Checkbox>
        )}
        <Checkbox checked={draft.isOrganization} description={words.wizard.organizationHelp} onChange={({ detail }) => change({ isOrganization: detail.checked })}>
          {words.wizard.organization}
        </Checkbox>
      </SpaceBetween>
    </Container>
  );
}
