// One group: its users and policies.
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Answered } from "../app/Answered.tsx";
import type { OfOne } from "../app/Page.tsx";
import { useAsked } from "../app/useAsked.ts";
import { Attached } from "../identity/Attached.tsx";
import { Names } from "../identity/cells.tsx";
import type { Holder } from "../identity/changes.ts";
import { DeleteHolder } from "../identity/DeleteHolder.tsx";
import { readGroup } from "../identity/iam.ts";
import { InlinePolicies } from "../identity/InlinePolicies.tsx";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

export default function Group({ name }: OfOne) {
  const asked = useAsked(`group ${name}`, (signal) => readGroup(name, signal));
  // Groups have no tags: whether the settings declare one is told by the refusal.
  const holder: Holder = { kind: "groups", name };
  return (
    <Answered asked={asked}>
      {({ group, users, attached, inline }) => (
        <SpaceBetween size="l">
          <Header variant="h1" description={<Shown text={group?.Arn} />} actions={<DeleteHolder holder={holder} fixed={undefined} />}><Shown text={name} /></Header>
          <Names title={words.identity.members} kind="users" items={users.map(({ UserName }) => ({ id: UserName }))} empty={words.identity.noMembers} />
          <Attached holder={holder} attached={attached} fixed={undefined} again={asked.again} />
          <InlinePolicies holder={holder} policies={inline} fixed={undefined} again={asked.again} />
        </SpaceBetween>
      )}
    </Answered>
  );
}
