// A policy's document as one types it, with what the check finds below.
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { Verdict } from "./PolicyText.tsx";
import { type PolicyKind, useChecked } from "./useChecked.ts";

interface PolicyEditorProps {
  label: string;
  text: string;
  kind: PolicyKind;
  onChange(text: string): void;
  /** What the server said about it. */
  refused?: string | undefined;
}

const ROWS_MAX = 30;

export function PolicyEditor({ label, text, kind, onChange, refused }: PolicyEditorProps) {
  const { fault, findings, trouble, isChecking } = useChecked(text, kind);
  return (
    <SpaceBetween size="s">
      <FormField stretch label={label} errorText={refused ?? fault}>
        <Textarea
          rows={Math.min(ROWS_MAX, Math.max(10, text.split("\n").length + 1))}
          spellcheck={false}
          value={text}
          onChange={({ detail }) => onChange(detail.value)}
        />
      </FormField>
      <div role="status">{fault === undefined && <Verdict findings={isChecking ? undefined : findings} trouble={isChecking ? undefined : trouble} />}</div>
    </SpaceBetween>
  );
}
