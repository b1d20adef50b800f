// The end of a user, group or role, by its name.
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { Confirm } from "../app/Confirm.tsx";
import { go, href } from "../app/location.ts";
import { words } from "../words.ts";
import { deleteHolder, type Holder } from "./changes.ts";

export function DeleteHolder({ holder, fixed }: { holder: Holder; fixed: string | undefined }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button disabled={fixed !== undefined} {...(fixed !== undefined && { disabledReason: fixed })} onClick={() => setOpen(true)}>{words.identity.deleteHolder[holder.kind]}</Button>
      {isOpen && (
        <Confirm
          title={words.identity.deleteHolder[holder.kind]}
          action={words.identity.deleteKey}
          typed={holder.name}
          act={() => deleteHolder(holder)}
          told={words.identity.holderDeleted(holder.name)}
          onCancel={() => setOpen(false)}
          onDone={() => go(href(`/${holder.kind}`))}
        >
          {words.identity.deleteHolderText}
        </Confirm>
      )}
    </>
  );
}
