// Asks before something that cannot be taken back: a word has to be typed where it is about more than a click.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useState } from "react";
import { words } from "../words.ts";
import { Troubled } from "./Troubled.tsx";
import { useAct } from "./useAct.ts";

interface ConfirmProps {
  title: string;
  children: ReactNode;
  /** What the button says. */
  action: string;
  /** What is to be typed before. */
  typed?: string;
  act(): Promise<unknown>;
  /** What is said when it is done. */
  told: string;
  onDone(): void;
  onCancel(): void;
}

export function Confirm({ title, children, action, typed, act, told, onDone, onCancel }: ConfirmProps) {
  const [text, setText] = useState("");
  const { isWaiting, trouble, run } = useAct();
  const submit = async () => {
    if (await run(act, told)) onDone();
  };
  return (
    <Modal
      visible
      onDismiss={onCancel}
      header={title}
      closeAriaLabel={words.trails.cancel}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={onCancel}>{words.trails.cancel}</Button>
            <Button variant="primary" disabled={typed !== undefined && text !== typed} loading={isWaiting} onClick={submit}>{action}</Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="s">
        <Troubled trouble={trouble} />
        <div>{children}</div>
        {typed !== undefined && (
          <FormField label={words.top.typeToConfirm(typed)}>
            <Input value={text} autoComplete={false} onChange={({ detail }) => setText(detail.value)} />
          </FormField>
        )}
      </SpaceBetween>
    </Modal>
  );
}
