// Policies within a user, group or role: shown, added, changed with the check's findings, deleted.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { Confirm } from "../app/Confirm.tsx";
import { useDraft } from "../app/draft.ts";
import { tell } from "../app/flashes.ts";
import { Troubled } from "../app/Troubled.tsx";
import type { Trouble } from "../session/errors.ts";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";
import { deleteInline, type Holder, putInline } from "./changes.ts";
import { placed, type Refusals } from "./faults.ts";
import type { Inline } from "./iam.ts";
import { PolicyEditor } from "./PolicyEditor.tsx";
import { laidOut, PolicyText } from "./PolicyText.tsx";
import { documentFault } from "./useChecked.ts";

interface InlinePoliciesProps {
  holder: Holder;
  policies: readonly Inline[];
  /** Why they cannot be changed. */
  fixed: string | undefined;
  again(): void;
}

/** What is typed. `old` is the name of the policy that is changed; nothing is open without `isOpen`. */
interface Written {
  isOpen: boolean;
  old: string | undefined;
  name: string;
  document: string;
}

const EMPTY = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: [], Resource: [] }] }, null, 2);
const nothing = (): Written => ({ isOpen: false, old: undefined, name: "", document: EMPTY });

export function InlinePolicies({ holder, policies, fixed, again }: InlinePoliciesProps) {
  const [draft, change, forget] = useDraft(`inline ${holder.kind} ${holder.name}`, nothing);
  const [doomed, setDoomed] = useState<string>();
  const reason = fixed !== undefined && { disabledReason: fixed };
  const isFixed = fixed !== undefined;
  const close = (isDone: boolean) => {
    change(nothing());
    forget();
    if (isDone) again();
  };
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${policies.length})`}
          actions={<Button disabled={isFixed || draft.isOpen} {...reason} onClick={() => change({ ...nothing(), isOpen: true })}>{words.identity.addInline}</Button>}
        >
          {words.identity.inline}
        </Header>
      }
    >
      <SpaceBetween size="s">
        {draft.isOpen && <Writing holder={holder} draft={draft} names={policies.map(({ name }) => name)} change={change} close={close} />}
        {policies.length === 0 && <Box color="text-status-inactive">{words.identity.noPolicies}</Box>}
        {policies.map(({ name, document }) => (
          <ExpandableSection key={name} headerText={<Shown text={name} />} defaultExpanded={policies.length === 1}>
            <SpaceBetween size="s">
              <SpaceBetween size="xs" direction="horizontal">
                <Button
                  ariaLabel={words.identity.editOne(name)}
                  disabled={isFixed || draft.isOpen}
                  {...reason}
                  onClick={() => change({ isOpen: true, old: name, name, document: laidOut(document) })}
                >
                  {words.identity.edit}
                </Button>
                <Button ariaLabel={words.identity.deleteOne(name)} disabled={isFixed} {...reason} onClick={() => setDoomed(name)}>{words.identity.deleteKey}</Button>
              </SpaceBetween>
              <PolicyText document={document} kind="identity" />
            </SpaceBetween>
          </ExpandableSection>
        ))}
      </SpaceBetween>
      {doomed !== undefined && (
        <Confirm
          title={words.identity.deleteInlineTitle}
          action={words.identity.deleteKey}
          act={() => deleteInline(holder, doomed)}
          told={words.identity.inlineDeleted(doomed)}
          onCancel={() => setDoomed(undefined)}
          onDone={() => {
            setDoomed(undefined);
            again();
          }}
        >
          {words.identity.deleteInlineText(doomed)}
        </Confirm>
      )}
    </Container>
  );
}

interface WritingProps {
  holder: Holder;
  draft: Written;
  names: readonly string[];
  change(part: Partial<Written>): void;
  close(isDone: boolean): void;
}

function Writing({ holder, draft, names, change, close }: WritingProps) {
  const [refusals, setRefusals] = useState<Refusals>({});
  const [trouble, setTrouble] = useState<Trouble>();
  const [isWaiting, setWaiting] = useState(false);
  const edit = (part: Partial<Written>) => {
    setRefusals({});
    change(part);
  };
  const submit = async () => {
    setTrouble(undefined);
    const found: Refusals = {};
    if (!/^[\w+=,.@-]{1,128}$/.test(draft.name)) found.name = words.identity.policyNameWrong;
    // Putting would replace the other one without a word.
    else if (draft.old === undefined && names.includes(draft.name)) found.name = words.identity.nameTaken;
    const fault = documentFault(draft.document);
    if (fault !== undefined) found.document = fault;
    setRefusals(found);
    if (Object.keys(found).length > 0) return;
    setWaiting(true);
    try {
      await putInline(holder, draft.name, draft.document);
      tell("success", words.identity.inlineSaved(draft.name));
      close(true);
    } catch (error) {
      const { refusals, trouble } = placed(error, ["name", "document"]);
      setRefusals(refusals);
      setTrouble(trouble);
    }
    setWaiting(false);
  };
  return (
    <section aria-label={draft.old === undefined ? words.identity.addInline : words.identity.editOne(draft.old)}>
      <SpaceBetween size="m">
        <Troubled trouble={trouble} />
        <FormField label={words.identity.policyName} constraintText={words.identity.policyNameHelp} errorText={refusals.name}>
          <Input value={draft.name} disabled={draft.old !== undefined} autoComplete={false} onChange={({ detail }) => edit({ name: detail.value })} />
        </FormField>
        <PolicyEditor label={words.identity.document} text={draft.document} kind="identity" refused={refusals.document} onChange={(document) => edit({ document })} />
        <SpaceBetween size="xs" direction="horizontal">
          <Button variant="primary" loading={isWaiting} onClick={submit}>{words.identity.savePolicy}</Button>
          <Button onClick={() => close(false)}>{words.trails.cancel}</Button>
        </SpaceBetween>
      </SpaceBetween>
    </section>
  );
}
