// Whose events are looked at, where one may see those of several accounts.
import Multiselect from "@cloudscape-design/components/multiselect";
import { visible } from "../shown/visible.ts";
import { words } from "../words.ts";
import { ALL, useAccounts } from "./accounts.ts";

interface AccountsProps {
  /** None: one's own. */
  accounts: readonly string[];
  onChange(accounts: string[]): void;
}

export function Accounts({ accounts, onChange }: AccountsProps) {
  const known = useAccounts();
  // A link may name some that one may not see: they can be taken away.
  if (known.length < 2 && accounts.length === 0) return null;
  const label = (id: string): string => {
    if (id === ALL) return words.events.everyAccount;
    const name = known.find((account) => account.id === id)?.name;
    return name === undefined ? id : visible(`${id} ${name}`);
  };
  const ids = [...new Set([ALL, ...known.map(({ id }) => id), ...accounts])];
  const option = (id: string) => ({ value: id, label: label(id) });
  return (
    <Multiselect
      ariaLabel={words.events.account}
      filteringType="auto"
      hideTokens
      placeholder={accounts.length === 0 ? words.events.ownAccount : accounts.map(label).join(", ")}
      selectedOptions={accounts.map(option)}
      options={ids.map(option)}
      onChange={({ detail }) => onChange(chosen(accounts, detail.selectedOptions.flatMap(({ value }) => value ?? [])))}
    />
  );
}

/** All takes the place of some, and some the place of all. */
function chosen(before: readonly string[], now: readonly string[]): string[] {
  if (!now.includes(ALL)) return [...now];
  return before.includes(ALL) && now.length > 1 ? now.filter((id) => id !== ALL) : [ALL];
}
