// One group: its users and policies.
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Answered } from "../app/Answered.tsx";
import type { OfOne } from "../app/Page.tsx";
import { useAsked } from "../app/useAsked.ts";
import { attachedItems, InlinePolicies, Names } from "../identity/cells.tsx";
import { readGroup } from "../identity/iam.ts";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

export default function Group({ name }: OfOne) {
  const asked = useAsked(`group ${name}`, (signal) => readGroup(name, signal));
  return (
    <Answered asked={asked}>
      {({ group, users, attached, inline }) => (
        <SpaceBetween size="l">
          <Header variant="h1" description={<Shown text={group?.Arn} />}><Shown text={name} /></Header>
          <Names title={words.identity.members} kind="users" items={users.map(({ UserName }) => ({ id: UserName }))} empty={words.identity.noMembers} />
          <Names title={words.identity.attached} kind="policies" items={attachedItems(attached)} empty={words.identity.noPolicies} />
          <InlinePolicies policies={inline} />
        </SpaceBetween>
      )}
    </Answered>
  );
}
