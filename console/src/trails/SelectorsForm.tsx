// Event selectors by builder or as JSON. Both show the one text; where it cannot be read, it stays as it was typed.
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { words } from "../words.ts";
import { Builder } from "./Builder.tsx";
import { ALL_MANAGEMENT, BASIC_MANAGEMENT, isRead, read, type Selectors, written } from "./selectors.ts";

interface SelectorsFormProps {
  text: string;
  onChange(text: string): void;
}

const START: Record<Selectors["kind"], Selectors> = {
  advanced: { kind: "advanced", selectors: [ALL_MANAGEMENT] },
  basic: { kind: "basic", selectors: [BASIC_MANAGEMENT] },
};

export function SelectorsForm({ text, onChange }: SelectorsFormProps) {
  const [view, setView] = useState<"builder" | "json">("builder");
  // What was written of the other kind comes back when one goes back.
  const [others, setOthers] = useState<Partial<Record<Selectors["kind"], string>>>({});
  const found = read(text);
  const change = (kind: Selectors["kind"]) => {
    if (isRead(found) && found.kind === kind) return;
    if (isRead(found)) setOthers({ ...others, [found.kind]: text });
    onChange(others[kind] ?? written(START[kind]));
  };
  return (
    <SpaceBetween size="m">
      <SpaceBetween size="m" direction="horizontal">
        <SegmentedControl
          label={words.selectors.view}
          selectedId={view}
          options={[{ id: "builder", text: words.selectors.builder }, { id: "json", text: words.selectors.json }]}
          onChange={({ detail }) => setView(detail.selectedId === "json" ? "json" : "builder")}
        />
        {isRead(found) && (
          <SegmentedControl
            label={words.selectors.kind}
            selectedId={found.kind}
            options={[{ id: "advanced", text: words.selectors.advanced }, { id: "basic", text: words.selectors.basic }]}
            onChange={({ detail }) => change(detail.selectedId === "basic" ? "basic" : "advanced")}
          />
        )}
      </SpaceBetween>
      {view === "json" ? (
        <FormField
          stretch
          label={words.selectors.text}
          description={words.selectors.textHelp}
          errorText={isRead(found) ? undefined : words.selectors.unreadable(found.line, found.reason)}
        >
          <Textarea rows={16} spellcheck={false} value={text} onChange={({ detail }) => onChange(detail.value)} />
        </FormField>
      ) : isRead(found) ? (
        <Builder selectors={found} onChange={(next) => onChange(written(next))} />
      ) : (
        <Alert
          type="warning"
          header={words.selectors.unreadable(found.line, found.reason)}
          action={<Button onClick={() => setView("json")}>{words.selectors.toJson}</Button>}
        >
          {words.selectors.mend}
        </Alert>
      )}
    </SpaceBetween>
  );
}
