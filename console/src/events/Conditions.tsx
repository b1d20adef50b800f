// The conditions of a search as one edits them: fields, time, Region, kinds of events.
import DateRangePicker, { type DateRangePickerProps } from "@cloudscape-design/components/date-range-picker";
import PropertyFilter, { type PropertyFilterProps } from "@cloudscape-design/components/property-filter";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import { visible } from "../shown/visible.ts";
import { words } from "../words.ts";
import type { ShownEvent } from "./event.ts";
import { FIELDS } from "./fields.ts";
import { type Filter, OPERATORS, readCondition } from "./filter.ts";
import { CATEGORIES, type Category, EVERY_REGION, isRegion, type Search } from "./lookup.ts";
import { type Range, UNITS } from "./range.ts";

interface ConditionsProps {
  search: Search;
  /** What is shown now, for suggestions. */
  events: readonly ShownEvent[];
  onChange(search: Search): void;
}

const SUGGESTED_MAX = 50;

const PROPERTIES: PropertyFilterProps.FilteringProperty[] = FIELDS.map(({ key, attribute }) => ({
  key,
  propertyLabel: words.fields[key],
  groupValuesLabel: words.fields[key],
  operators: [...OPERATORS],
  defaultOperator: "=",
  ...(attribute !== undefined && { group: "indexed" }),
}));

/** Regions that are offered; any other can stand in the address. */
const REGIONS = [
  "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2",
  "eu-west-3", "eu-south-1", "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2", "af-south-1", "me-south-1",
];

export function Conditions({ search, events, onChange }: ConditionsProps) {
  return (
    <SpaceBetween size="xs">
      <Fields search={search} events={events} onChange={onChange} />
      <SpaceBetween size="xs" direction="horizontal">
        <TimeRange range={search.range} onChange={(range) => onChange({ ...search, range })} />
        <Regions search={search} events={events} onChange={onChange} />
        <Select
          ariaLabel={words.events.category}
          selectedOption={{ value: search.category, label: words.events.categories[search.category] }}
          options={CATEGORIES.map((category) => ({ value: category, label: words.events.categories[category] }))}
          onChange={({ detail }) => onChange({ ...search, category: (detail.selectedOption.value ?? "management") as Category })}
        />
      </SpaceBetween>
    </SpaceBetween>
  );
}

function Fields({ search, events, onChange }: ConditionsProps) {
  const options = useMemo(() => suggestions(events), [events]);
  const query: PropertyFilterProps.Query = {
    operation: search.filter.joined,
    tokens: search.filter.conditions.map(({ field, operator, value }) => ({ ...(field !== undefined && { propertyKey: field }), operator, value })),
  };
  return (
    <PropertyFilter
      query={query}
      filteringProperties={PROPERTIES}
      filteringOptions={options}
      filteringPlaceholder={words.events.filter}
      filteringAriaLabel={words.events.filterLabel}
      freeTextFiltering={{ operators: [":", "!:"], defaultOperator: ":" }}
      expandToViewport
      onChange={({ detail }) => onChange({ ...search, filter: filterOf(detail) })}
    />
  );
}

/** What was typed goes the way of what a link says: it is read strictly, or not at all. */
function filterOf({ operation, tokens }: PropertyFilterProps.Query): Filter {
  const conditions = tokens.flatMap(({ propertyKey, operator, value }) => {
    const condition = readCondition(`${propertyKey ?? "*"}${operator}${String(value)}`);
    return condition === undefined ? [] : [condition];
  });
  return { joined: operation, conditions };
}

/** Values of the events that are shown. */
function suggestions(events: readonly ShownEvent[]): PropertyFilterProps.FilteringOption[] {
  return FIELDS.flatMap((field) => {
    const values = new Set<string>();
    for (const event of events.slice(0, 500)) {
      for (const value of field.of(event)) if (values.size < SUGGESTED_MAX && value.length < 200) values.add(value);
    }
    // A value that would not be seen as it is can be typed, and is not offered.
    return [...values].filter((value) => visible(value) === value).map((value) => ({ propertyKey: field.key, value }));
  });
}

function Regions({ search, events, onChange }: ConditionsProps) {
  const seen = events.flatMap(({ record }) => {
    const region = typeof record === "object" && record !== null && "awsRegion" in record ? record.awsRegion : undefined;
    return typeof region === "string" && isRegion(region) ? [region] : [];
  });
  const every = { value: EVERY_REGION, label: words.events.everyRegion };
  const regions = [...new Set([...REGIONS, ...seen, search.region])].filter((region) => region !== EVERY_REGION).sort();
  return (
    <Select
      ariaLabel={words.events.region}
      filteringType="auto"
      selectedOption={search.region === EVERY_REGION ? every : { value: search.region, label: search.region }}
      options={[every, ...regions.map((region) => ({ value: region, label: region }))]}
      onChange={({ detail }) => onChange({ ...search, region: detail.selectedOption.value ?? EVERY_REGION })}
    />
  );
}

const PRESETS: DateRangePickerProps.RelativeOption[] = [
  { key: "15m", type: "relative", amount: 15, unit: "minute" },
  { key: "1h", type: "relative", amount: 1, unit: "hour" },
  { key: "12h", type: "relative", amount: 12, unit: "hour" },
  { key: "1d", type: "relative", amount: 1, unit: "day" },
  { key: "7d", type: "relative", amount: 7, unit: "day" },
  { key: "30d", type: "relative", amount: 30, unit: "day" },
  { key: "90d", type: "relative", amount: 90, unit: "day" },
];

function TimeRange({ range, onChange }: { range: Range; onChange(range: Range): void }) {
  return (
    <DateRangePicker
      value={pickerValue(range)}
      relativeOptions={PRESETS}
      placeholder={words.range.everything}
      ariaLabel={words.range.label}
      expandToViewport
      isValidRange={(value) => {
        const valid = value === null || rangeOf(value) !== undefined;
        return valid ? { valid } : { valid, errorMessage: words.range.invalid };
      }}
      onChange={({ detail }) => {
        const next = detail.value === null ? ({ kind: "everything" } as const) : rangeOf(detail.value);
        if (next !== undefined) onChange(next);
      }}
    />
  );
}

function pickerValue(range: Range): DateRangePickerProps.Value | null {
  switch (range.kind) {
    case "everything":
      return null;
    case "last":
      return { type: "relative", amount: range.amount, unit: range.unit };
    case "between":
      return { type: "absolute", startDate: range.from.toISOString(), endDate: range.to.toISOString() };
  }
}

function rangeOf(value: DateRangePickerProps.Value): Range | undefined {
  if (value.type === "relative") {
    const { amount, unit } = value;
    if (!Number.isInteger(amount) || amount < 1) return undefined;
    const known = UNITS.find((name) => name === unit);
    if (known !== undefined) return { kind: "last", amount: Math.min(amount, 100_000), unit: known };
    const days: Record<string, number> = { week: 7, month: 30, year: 365 };
    if (unit === "second") return { kind: "last", amount: Math.max(1, Math.ceil(amount / 60)), unit: "minute" };
    return { kind: "last", amount: amount * (days[unit] ?? 1), unit: "day" };
  }
  const [from, to] = [new Date(value.startDate), new Date(value.endDate)];
  if (Number.isNaN(from.getTime()) || Number.isNaN(to.getTime()) || from > to) return undefined;
  return { kind: "between", from, to };
}
