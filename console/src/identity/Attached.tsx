// Managed policies of a user, group or role: attached by name or ARN, and detached.
import Autosuggest from "@cloudscape-design/components/autosuggest";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, useState } from "react";
import { useDraft } from "../app/draft.ts";
import { tell } from "../app/flashes.ts";
import { Troubled } from "../app/Troubled.tsx";
import { useAct } from "../app/useAct.ts";
import { useAsked } from "../app/useAsked.ts";
import type { Trouble } from "../session/errors.ts";
import { words } from "../words.ts";
import { Named } from "./cells.tsx";
import { attach, detach, type Holder } from "./changes.ts";
import { placed } from "./faults.ts";
import { listPolicies } from "./iam.ts";

interface AttachedProps {
  holder: Holder;
  attached: readonly { PolicyArn?: string | undefined; PolicyName?: string | undefined }[];
  /** Why it cannot be changed. */
  fixed: string | undefined;
  again(): void;
}

export function Attached({ holder, attached, fixed, again }: AttachedProps) {
  const [{ isOpen }, change, forget] = useDraft(`attach ${holder.kind} ${holder.name}`, () => ({ isOpen: false, wanted: "" }));
  const { isWaiting, trouble, run } = useAct();
  const remove = async (arn: string, name: string) => {
    if (await run(() => detach(holder, arn), words.identity.detached(name))) again();
  };
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${attached.length})`}
          actions={<Button disabled={fixed !== undefined || isOpen} {...(fixed !== undefined && { disabledReason: fixed })} onClick={() => change({ isOpen: true })}>{words.identity.attach}</Button>}
        >
          {words.identity.attached}
        </Header>
      }
    >
      <SpaceBetween size="s">
        <Troubled trouble={trouble} />
        {isOpen && (
          <Attaching
            holder={holder}
            close={(isDone) => {
              change({ isOpen: false, wanted: "" });
              forget();
              if (isDone) again();
            }}
          />
        )}
        {attached.length === 0 ? <Box color="text-status-inactive">{words.identity.noPolicies}</Box> : (
          <ul className="counts" aria-label={words.identity.attached}>
            {attached.map(({ PolicyArn = "", PolicyName = "" }) => (
              <li key={PolicyArn}>
                <Named kind="policies" id={PolicyArn} text={PolicyName} />
                <Button
                  variant="inline-link"
                  ariaLabel={words.identity.detachOne(PolicyName)}
                  loading={isWaiting}
                  disabled={fixed !== undefined}
                  {...(fixed !== undefined && { disabledReason: fixed })}
                  onClick={() => remove(PolicyArn, PolicyName)}
                >
                  {words.identity.detach}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </SpaceBetween>
    </Container>
  );
}

function Attaching({ holder, close }: { holder: Holder; close(isDone: boolean): void }) {
  const [{ wanted }, change] = useDraft(`attach ${holder.kind} ${holder.name}`, () => ({ isOpen: true, wanted: "" }));
  const [refused, setRefused] = useState<string>();
  const [trouble, setTrouble] = useState<Trouble>();
  const [isWaiting, setWaiting] = useState(false);
  const { value: policies = [], isLoading } = useAsked("policies to attach", async (signal) => {
    const [own, others] = await Promise.all([listPolicies("Local", signal), listPolicies("AWS", signal)]);
    return [...own, ...others];
  });
  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    const text = wanted.trim();
    const arn = policies.find(({ PolicyName, Arn }) => Arn === text || PolicyName === text)?.Arn ?? text;
    setTrouble(undefined);
    setRefused(arn.startsWith("arn:") ? undefined : words.identity.policyWrong);
    if (!arn.startsWith("arn:")) return;
    setWaiting(true);
    try {
      await attach(holder, arn);
      tell("success", words.identity.attachedNow(text));
      close(true);
    } catch (error) {
      const found = placed(error, ["policy"]);
      setRefused(found.refusals.policy);
      setTrouble(found.trouble);
    }
    setWaiting(false);
  };
  return (
    <form onSubmit={submit}>
      <SpaceBetween size="s">
        <Troubled trouble={trouble} />
        <FormField label={words.identity.policy} description={words.identity.policyHelp} errorText={refused}>
          <Autosuggest
            value={wanted}
            options={policies.map(({ PolicyName = "", Arn = "" }) => ({ value: Arn, label: PolicyName, description: Arn }))}
            statusType={isLoading ? "loading" : "finished"}
            enteredTextLabel={(text) => text}
            virtualScroll
            onChange={({ detail }) => change({ wanted: detail.value })}
          />
        </FormField>
        <SpaceBetween size="xs" direction="horizontal">
          <Button variant="primary" formAction="none" loading={isWaiting} onClick={() => submit()}>{words.identity.attachIt}</Button>
          <Button formAction="none" onClick={() => close(false)}>{words.trails.cancel}</Button>
        </SpaceBetween>
      </SpaceBetween>
    </form>
  );
}
