// A basic event selector: management events, what of them, and data events of some resources.
import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Multiselect from "@cloudscape-design/components/multiselect";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { words } from "../words.ts";
import { type Basic, linesOf, withOne } from "./selectors.ts";

/** What basic selectors know of; others need advanced ones. */
const RESOURCE_TYPES = ["AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table"];
const EXCLUDABLE = ["kms.amazonaws.com", "rdsdata.amazonaws.com"];
const READ_WRITES = Object.entries(words.selectors.readWrites).map(([value, label]) => ({ value, label }));

export function BasicBuilder({ one, onChange }: { one: Basic; onChange(one: Basic): void }) {
  const change = (part: Partial<Basic>) => onChange({ ...one, ...part });
  const { resources } = one;
  return (
    <SpaceBetween size="m">
      <FormField label={words.selectors.readWrite}>
        <Select
          selectedOption={READ_WRITES.find(({ value }) => value === one.readWriteType) ?? { value: one.readWriteType }}
          options={READ_WRITES}
          onChange={({ detail }) => change({ readWriteType: detail.selectedOption.value ?? "All" })}
        />
      </FormField>
      <Checkbox checked={one.hasManagementEvents} onChange={({ detail }) => change({ hasManagementEvents: detail.checked })}>
        {words.selectors.management}
      </Checkbox>
      {one.hasManagementEvents && (
        <FormField label={words.selectors.exclude} description={words.selectors.excludeHelp}>
          <Multiselect
            selectedOptions={one.excluded.map((value) => ({ value }))}
            options={EXCLUDABLE.map((value) => ({ value }))}
            onChange={({ detail }) => change({ excluded: detail.selectedOptions.map(({ value = "" }) => value) })}
          />
        </FormField>
      )}
      <AttributeEditor
        items={resources}
        empty={words.selectors.noResources}
        addButtonText={words.selectors.addResource}
        removeButtonText={words.selectors.remove}
        removeButtonAriaLabel={({ type }) => `${words.selectors.remove}: ${type}`}
        onAddButtonClick={() => change({ resources: [...resources, { type: "AWS::S3::Object", values: ["arn:aws:s3"] }] })}
        onRemoveButtonClick={({ detail }) => change({ resources: withOne(resources, detail.itemIndex) })}
        definition={[
          {
            label: words.selectors.resource,
            control: (resource, at) => (
              <Select
                selectedOption={{ value: resource.type }}
                options={RESOURCE_TYPES.map((value) => ({ value }))}
                onChange={({ detail }) => change({ resources: withOne(resources, at, { ...resource, type: detail.selectedOption.value ?? "" }) })}
              />
            ),
          },
          {
            label: words.selectors.resourceValues,
            constraintText: words.selectors.valuesHelp,
            control: (resource, at) => (
              <Textarea
                rows={Math.min(8, Math.max(1, resource.values.length))}
                value={resource.values.join("\n")}
                onChange={({ detail }) => change({ resources: withOne(resources, at, { ...resource, values: linesOf(detail.value) }) })}
              />
            ),
          },
        ]}
      />
    </SpaceBetween>
  );
}
