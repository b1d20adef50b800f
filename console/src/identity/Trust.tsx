// A role's trust policy: shown, and changed with the check's findings.
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useDraft } from "../app/draft.ts";
import { tell } from "../app/flashes.ts";
import { Troubled } from "../app/Troubled.tsx";
import type { Trouble } from "../session/errors.ts";
import { words } from "../words.ts";
import { putTrust } from "./changes.ts";
import { placed } from "./faults.ts";
import { PolicyEditor } from "./PolicyEditor.tsx";
import { laidOut, PolicyText } from "./PolicyText.tsx";
import { documentFault } from "./useChecked.ts";

interface TrustProps {
  roleName: string;
  document: string;
  fixed: string | undefined;
  again(): void;
}

export function Trust({ roleName, document, fixed, again }: TrustProps) {
  const [draft, change, forget] = useDraft(`trust ${roleName}`, () => ({ isOpen: false, text: "" }));
  const [refused, setRefused] = useState<string>();
  const [trouble, setTrouble] = useState<Trouble>();
  const [isWaiting, setWaiting] = useState(false);
  const close = () => {
    change({ isOpen: false, text: "" });
    forget();
  };
  const submit = async () => {
    setTrouble(undefined);
    // The field says it already.
    if (documentFault(draft.text) !== undefined) return;
    setWaiting(true);
    try {
      await putTrust(roleName, draft.text);
      tell("success", words.identity.trustSaved);
      close();
      again();
    } catch (error) {
      const found = placed(error, ["document"]);
      setRefused(found.refusals.document);
      setTrouble(found.trouble);
    }
    setWaiting(false);
  };
  const open = () => change({ isOpen: true, text: laidOut(document) });
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <Button ariaLabel={words.identity.editTrust} disabled={draft.isOpen || fixed !== undefined} {...(fixed !== undefined && { disabledReason: fixed })} onClick={open}>
              {words.identity.edit}
            </Button>
          }
        >
          {words.identity.trust}
        </Header>
      }
    >
      {!draft.isOpen ? <PolicyText document={document} kind="trust" /> : (
        <SpaceBetween size="m">
          <Troubled trouble={trouble} />
          <PolicyEditor
            label={words.identity.trust}
            text={draft.text}
            kind="trust"
            refused={refused}
            onChange={(text) => {
              setRefused(undefined);
              change({ text });
            }}
          />
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="primary" loading={isWaiting} onClick={submit}>{words.identity.saveTrust}</Button>
            <Button onClick={close}>{words.trails.cancel}</Button>
          </SpaceBetween>
        </SpaceBetween>
      )}
    </Container>
  );
}
