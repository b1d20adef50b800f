// Makes a user, group or role. What is typed stays until it is made or put away.
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, useState } from "react";
import { useDraft } from "../app/draft.ts";
import { tell } from "../app/flashes.ts";
import { go, href } from "../app/location.ts";
import { Troubled } from "../app/Troubled.tsx";
import type { Trouble } from "../session/errors.ts";
import { current } from "../session/session.ts";
import { words } from "../words.ts";
import { createHolder, type HolderKind } from "./changes.ts";
import { placed, type Refusals } from "./faults.ts";
import { PolicyEditor } from "./PolicyEditor.tsx";
import { TRUSTS, type TrustKind, trustOf } from "./trusts.ts";
import { documentFault } from "./useChecked.ts";

interface Written {
  name: string;
  path: string;
  trustKind: TrustKind;
  trust: string;
}

const CHARACTERS_MAX: Record<HolderKind, number> = { users: 64, groups: 128, roles: 64 };
const OPTIONS = TRUSTS.map((value) => ({ value, label: words.identity.trusts[value] }));

function initial(): Written {
  return { name: "", path: "/", trustKind: "account", trust: trustOf("account", current()?.account ?? "") };
}

function faultsOf(kind: HolderKind, { name, path, trust }: Written): Refusals {
  const found: Refusals = {};
  if (!/^[\w+=,.@-]+$/.test(name) || name.length > CHARACTERS_MAX[kind]) found.name = words.identity.nameWrong(CHARACTERS_MAX[kind]);
  if (!/^\/([!-~]+\/)?$/.test(path)) found.path = words.identity.pathWrong;
  const fault = kind === "roles" ? documentFault(trust) : undefined;
  if (fault !== undefined) found.document = fault;
  return found;
}

export function CreateHolder({ kind }: { kind: HolderKind }) {
  const [draft, change, forget] = useDraft(`create ${kind}`, initial);
  const [refusals, setRefusals] = useState<Refusals>({});
  const [trouble, setTrouble] = useState<Trouble>();
  const [isWaiting, setWaiting] = useState(false);
  const edit = (part: Partial<Written>) => {
    setRefusals({});
    change(part);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTrouble(undefined);
    const found = faultsOf(kind, draft);
    setRefusals(found);
    if (Object.keys(found).length > 0) return;
    setWaiting(true);
    try {
      await createHolder({ kind, name: draft.name }, draft.path, draft.trust);
      forget();
      tell("success", words.identity.holderMade(draft.name));
      go(href(`/${kind}/${encodeURIComponent(draft.name)}`));
    } catch (error) {
      const { refusals, trouble } = placed(error, ["name", "path", "document"]);
      setRefusals(refusals);
      setTrouble(trouble);
    }
    setWaiting(false);
  };
  const cancel = () => {
    forget();
    go(href(`/${kind}`));
  };
  return (
    <form onSubmit={submit} noValidate>
      <Form
        header={<Header variant="h1">{words.identity.create[kind]}</Header>}
        actions={
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" formAction="none" onClick={cancel}>{words.trails.cancel}</Button>
            <Button variant="primary" loading={isWaiting}>{words.identity.create[kind]}</Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="m">
          <Troubled trouble={trouble} />
          <Container>
            <SpaceBetween size="l">
              <FormField label={words.identity.name} constraintText={words.identity.nameHelp(CHARACTERS_MAX[kind])} errorText={refusals.name}>
                <Input value={draft.name} autoComplete={false} autoFocus onChange={({ detail }) => edit({ name: detail.value })} />
              </FormField>
              <FormField label={words.identity.path} description={words.identity.pathHelp} errorText={refusals.path}>
                <Input value={draft.path} autoComplete={false} onChange={({ detail }) => edit({ path: detail.value })} />
              </FormField>
              {kind === "roles" && (
                <FormField label={words.identity.trustStart} description={words.identity.trustStartHelp}>
                  <Select
                    selectedOption={OPTIONS.find(({ value }) => value === draft.trustKind) ?? null}
                    options={OPTIONS}
                    onChange={({ detail }) => {
                      const trustKind = TRUSTS.find((one) => one === detail.selectedOption.value) ?? draft.trustKind;
                      edit({ trustKind, trust: trustOf(trustKind, current()?.account ?? "") });
                    }}
                  />
                </FormField>
              )}
              {kind === "roles" && (
                <PolicyEditor label={words.identity.trust} text={draft.trust} kind="trust" refused={refusals.document} onChange={(trust) => edit({ trust })} />
              )}
            </SpaceBetween>
          </Container>
        </SpaceBetween>
      </Form>
    </form>
  );
}
