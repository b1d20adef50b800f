// The conditions of a search as one edits them: fields, time, accounts, Regions, kinds of events.
import DateRangePicker, { type DateRangePickerProps } from "@cloudscape-design/components/date-range-picker";
import Multiselect from "@cloudscape-design/components/multiselect";
import PropertyFilter, { type PropertyFilterProps } from "@cloudscape-design/components/property-filter";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import { visible } from "../shown/visible.ts";
import { words } from "../words.ts";
import { Accounts } from "./Accounts.tsx";
import { type ShownEvent, textAt } from "./event.ts";
import { fieldNamed, FIELDS, isPath, labelOf } from "./fields.ts";
import { allConditions, type Condition, type Filter, type Group, isGroup, OPERATORS, readCondition, RESULT, RESULTS } from "./filter.ts";
import { pathsOf } from "./paths.ts";
import { CATEGORIES, type Category, isRegion, type Search } from "./search.ts";
import { type Range, UNITS } from "./range.ts";

interface ConditionsProps {
  search: Search;
  /** What is shown now, for suggestions. */
  events: readonly ShownEvent[];
  onChange(search: Search): void;
}

const SUGGESTED_MAX = 50;
/** So many events are looked at for suggestions. */
const LOOKED_AT_MAX = 200;

/** Regions that are offered; any other can stand in the address. */
const REGIONS = [
  "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2",
  "eu-west-3", "eu-south-1", "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2", "af-south-1", "me-south-1",
];

export function Conditions({ search, events, onChange }: ConditionsProps) {
  // The first page is enough: suggestions need not change with each event that is followed.
  const isEmpty = events.length === 0;
  const looked = useMemo(() => events.slice(0, LOOKED_AT_MAX), [search, isEmpty, events.length > LOOKED_AT_MAX]);
  return (
    <SpaceBetween size="xs">
      <Fields search={search} events={looked} onChange={onChange} />
      <SpaceBetween size="xs" direction="horizontal">
        <TimeRange range={search.range} onChange={(range) => onChange({ ...search, range })} />
        <Accounts accounts={search.accounts} onChange={(accounts) => onChange({ ...search, accounts })} />
        <Regions search={search} events={looked} onChange={onChange} />
        <Categories search={search} onChange={onChange} />
      </SpaceBetween>
    </SpaceBetween>
  );
}

function Fields({ search, events, onChange }: ConditionsProps) {
  const paths = useMemo(() => {
    const used = allConditions(search.filter).flatMap(({ field }) => (field !== undefined && fieldNamed(field) === undefined && isPath(field) ? [field] : []));
    return [...new Set([...used, ...pathsOf(events)])];
  }, [events, search.filter]);
  const properties = useMemo(() => [...FIELDS.map(({ key }) => property(key)), resultProperty(), ...paths.map((path) => property(path, "path"))], [paths]);
  const options = useMemo(() => suggestions(events, paths), [events, paths]);
  const query: PropertyFilterProps.Query = {
    operation: search.filter.joined,
    tokens: [],
    tokenGroups: search.filter.conditions.map((one) => (isGroup(one) ? { operation: one.joined, tokens: one.conditions.map(tokenOf) } : tokenOf(one))),
  };
  return (
    <PropertyFilter
      query={query}
      enableTokenGroups
      filteringProperties={properties}
      filteringOptions={options}
      filteringPlaceholder={words.events.filter}
      filteringAriaLabel={words.events.filterLabel}
      customGroupsText={[{ group: "path", properties: words.events.paths, values: words.events.paths }]}
      freeTextFiltering={{ operators: [":", "!:"], defaultOperator: ":" }}
      expandToViewport
      onChange={({ detail }) => onChange({ ...search, filter: filterOf(detail) })}
    />
  );
}

const property = (key: string, group?: string): PropertyFilterProps.FilteringProperty => ({
  key,
  propertyLabel: labelOf(key),
  groupValuesLabel: labelOf(key),
  operators: [...OPERATORS],
  defaultOperator: "=",
  ...(group !== undefined && { group }),
});

const resultProperty = (): PropertyFilterProps.FilteringProperty => ({
  key: RESULT,
  propertyLabel: words.event.result,
  groupValuesLabel: words.event.result,
  operators: ["=", "!="],
  defaultOperator: "=",
});

const tokenOf = ({ field, operator, value }: Condition): PropertyFilterProps.Token => ({ ...(field !== undefined && { propertyKey: field }), operator, value });

type Tokens = readonly (PropertyFilterProps.Token | PropertyFilterProps.TokenGroup)[];

function filterOf({ operation, tokenGroups = [] }: PropertyFilterProps.Query): Filter {
  const conditions = tokenGroups.flatMap((one): (Condition | Group)[] => {
    const found = conditionsOf([one]);
    return "tokens" in one && found.length > 1 ? [{ joined: one.operation, conditions: found }] : found;
  });
  return { joined: operation, conditions };
}

/** What was typed goes the way of what a link says: it is read strictly, or not at all. */
function conditionsOf(tokens: Tokens): Condition[] {
  return tokens.flatMap((one) => ("tokens" in one ? conditionsOf(one.tokens) : (readCondition(`${one.propertyKey ?? "*"}${one.operator}${String(one.value)}`) ?? [])));
}

/** Values of the events that are shown. */
function suggestions(events: readonly ShownEvent[], paths: readonly string[]): PropertyFilterProps.FilteringOption[] {
  const keys: [string, (event: ShownEvent) => string[]][] = [
    ...FIELDS.map(({ key, of }): [string, (event: ShownEvent) => string[]] => [key, of]),
    ...paths.map((path): [string, (event: ShownEvent) => string[]] => [path, ({ record }) => [textAt(record, ...path.split(".")) ?? ""]]),
  ];
  const found = keys.flatMap(([propertyKey, of]) => {
    const values = new Set<string>();
    for (const event of events) {
      for (const value of of(event)) if (values.size < SUGGESTED_MAX && value !== "" && value.length < 200) values.add(value);
    }
    // A value that would not be seen as it is can be typed, and is not offered.
    return [...values].filter((value) => visible(value) === value).map((value) => ({ propertyKey, value }));
  });
  return [...RESULTS.map((value) => ({ propertyKey: RESULT, value })), ...found];
}

function Regions({ search, events, onChange }: ConditionsProps) {
  const seen = events.flatMap(({ record }) => textAt(record, "awsRegion") ?? []).filter(isRegion);
  const regions = [...new Set([...REGIONS, ...seen, ...search.regions])].sort();
  return (
    <Multiselect
      ariaLabel={words.events.region}
      filteringType="auto"
      hideTokens
      placeholder={search.regions.length === 0 ? words.events.everyRegion : search.regions.join(", ")}
      selectedOptions={search.regions.map((region) => ({ value: region, label: region }))}
      options={regions.map((region) => ({ value: region, label: region }))}
      onChange={({ detail }) => onChange({ ...search, regions: detail.selectedOptions.flatMap(({ value }) => value ?? []) })}
    />
  );
}

function Categories({ search, onChange }: Pick<ConditionsProps, "search" | "onChange">) {
  const option = (category: Category) => ({ value: category, label: words.events.categories[category] });
  return (
    <Multiselect
      ariaLabel={words.events.category}
      hideTokens
      placeholder={search.categories.map((category) => words.events.categories[category]).join(", ")}
      selectedOptions={search.categories.map(option)}
      options={CATEGORIES.map(option)}
      onChange={({ detail }) => {
        const chosen = CATEGORIES.filter((category) => detail.selectedOptions.some(({ value }) => value === category));
        // Events of no category are never looked for: none means the usual one.
        onChange({ ...search, categories: chosen.length === 0 ? ["management"] : chosen });
      }}
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
