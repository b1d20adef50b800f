// Event selectors by hand: a card for each, a row for each condition.
import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import Autosuggest from "@cloudscape-design/components/autosuggest";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import type { ReactNode } from "react";
import { words } from "../words.ts";
import { BasicBuilder } from "./BasicBuilder.tsx";
import { type Advanced, ALL_MANAGEMENT, BASIC_MANAGEMENT, type Condition, FIELDS, linesOf, OPERATORS, type Selectors, withOne } from "./selectors.ts";

interface BuilderProps {
  selectors: Selectors;
  onChange(selectors: Selectors): void;
}

export function Builder({ selectors, onChange }: BuilderProps) {
  const count = selectors.selectors.length;
  return (
    <SpaceBetween size="m">
      {selectors.kind === "advanced"
        ? selectors.selectors.map((one, at) => (
            <Card key={at} at={at} onRemove={count > 1 ? () => onChange({ ...selectors, selectors: withOne(selectors.selectors, at) }) : undefined}>
              <OneAdvanced one={one} onChange={(next) => onChange({ ...selectors, selectors: withOne(selectors.selectors, at, next) })} />
            </Card>
          ))
        : selectors.selectors.map((one, at) => (
            <Card key={at} at={at} onRemove={count > 1 ? () => onChange({ ...selectors, selectors: withOne(selectors.selectors, at) }) : undefined}>
              <BasicBuilder one={one} onChange={(next) => onChange({ ...selectors, selectors: withOne(selectors.selectors, at, next) })} />
            </Card>
          ))}
      <Button
        iconName="add-plus"
        onClick={() =>
          onChange(
            selectors.kind === "advanced"
              ? { ...selectors, selectors: [...selectors.selectors, { ...ALL_MANAGEMENT, name: "" }] }
              : { ...selectors, selectors: [...selectors.selectors, BASIC_MANAGEMENT] },
          )
        }
      >
        {words.selectors.addSelector}
      </Button>
    </SpaceBetween>
  );
}

function Card({ at, onRemove, children }: { at: number; onRemove: (() => void) | undefined; children: ReactNode }) {
  const title = words.selectors.selector(at + 1);
  return (
    <Container
      header={
        <Header
          variant="h3"
          actions={onRemove && <Button ariaLabel={`${words.selectors.removeSelector}: ${title}`} onClick={onRemove}>{words.selectors.removeSelector}</Button>}
        >
          {title}
        </Header>
      }
    >
      {children}
    </Container>
  );
}

const OPERATOR_OPTIONS = OPERATORS.map((value) => ({ value }));
const FIELD_OPTIONS = FIELDS.map((value) => ({ value }));

function OneAdvanced({ one, onChange }: { one: Advanced; onChange(one: Advanced): void }) {
  const change = (at: number, part: Partial<Condition>) =>
    onChange({ ...one, conditions: one.conditions.map((old, index) => (index === at ? { ...old, ...part } : old)) });
  return (
    <SpaceBetween size="m">
      <FormField label={words.selectors.name} description={words.selectors.nameHelp}>
        <Input value={one.name} onChange={({ detail }) => onChange({ ...one, name: detail.value })} />
      </FormField>
      <AttributeEditor
        items={one.conditions}
        empty={words.selectors.noConditions}
        addButtonText={words.selectors.addCondition}
        removeButtonText={words.selectors.remove}
        removeButtonAriaLabel={({ field }) => `${words.selectors.remove}: ${field}`}
        onAddButtonClick={() => onChange({ ...one, conditions: [...one.conditions, { field: "eventName", operator: "Equals", values: [] }] })}
        onRemoveButtonClick={({ detail }) => onChange({ ...one, conditions: withOne(one.conditions, detail.itemIndex) })}
        definition={[
          {
            label: words.selectors.field,
            control: ({ field }, at) => (
              <Autosuggest
                value={field}
                options={FIELD_OPTIONS}
                enteredTextLabel={(text) => text}
                onChange={({ detail }) => change(at, { field: detail.value })}
              />
            ),
          },
          {
            label: words.selectors.operator,
            control: ({ operator }, at) => (
              <Select
                selectedOption={{ value: operator }}
                options={OPERATOR_OPTIONS}
                onChange={({ detail }) => change(at, { operator: OPERATORS.find((known) => known === detail.selectedOption.value) ?? operator })}
              />
            ),
          },
          {
            label: words.selectors.values,
            constraintText: words.selectors.valuesHelp,
            control: ({ values }, at) => (
              <Textarea
                rows={Math.min(8, Math.max(1, values.length))}
                value={values.join("\n")}
                onChange={({ detail }) => change(at, { values: linesOf(detail.value) })}
              />
            ),
          },
        ]}
      />
    </SpaceBetween>
  );
}
