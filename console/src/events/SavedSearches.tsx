// The menu of searches that are kept by name.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown, { type ButtonDropdownProps } from "@cloudscape-design/components/button-dropdown";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, useState } from "react";
import { go, href } from "../app/location.ts";
import { words } from "../words.ts";
import { forget, keep, useSaved } from "./saved.ts";

/** `query` is the search that is shown. */
export function SavedSearches({ query }: { query: string }) {
  const saved = useSaved();
  const [isNaming, setNaming] = useState(false);
  const { saved: text } = words.events;
  const items: ButtonDropdownProps.ItemOrGroup[] = [{ id: "keep", text: text.keep }];
  if (saved.length > 0) {
    items.push({ text: text.open, items: saved.map(({ name }, index) => ({ id: `open-${index}`, text: name })) });
    items.push({ id: "forget", text: text.forget, items: saved.map(({ name }, index) => ({ id: `forget-${index}`, text: name })) });
  }
  const chosen = (id: string) => {
    const [what, index] = id.split("-");
    const one = saved[Number(index)];
    if (what === "keep") setNaming(true);
    else if (what === "open" && one !== undefined) go(href("/events", new URLSearchParams(one.query)));
    else if (one !== undefined) forget(one.name);
  };
  return (
    <>
      <ButtonDropdown items={items} expandableGroups expandToViewport onItemClick={({ detail }) => chosen(detail.id)}>{text.title}</ButtonDropdown>
      {isNaming && <Naming query={query} close={() => setNaming(false)} />}
    </>
  );
}

function Naming({ query, close }: { query: string; close(): void }) {
  const [name, setName] = useState("");
  const { saved: text } = words.events;
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (name.trim() === "") return;
    keep(name, query);
    close();
  };
  return (
    <Modal
      visible
      header={text.keep}
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={close}>{words.events.cancel}</Button>
            <Button variant="primary" disabled={name.trim() === ""} onClick={() => submit()}>{words.events.confirm}</Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form onSubmit={submit}>
        <FormField label={text.name} description={text.where}>
          <Input value={name} onChange={({ detail }) => setName(detail.value)} autoFocus />
        </FormField>
      </form>
    </Modal>
  );
}
