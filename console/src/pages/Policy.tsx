// One managed policy: its document with what the check finds, and who has it.
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Answered } from "../app/Answered.tsx";
import type { OfOne } from "../app/Page.tsx";
import { useAsked } from "../app/useAsked.ts";
import { Names } from "../identity/cells.tsx";
import { readPolicy } from "../identity/iam.ts";
import { PolicyText } from "../identity/PolicyText.tsx";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

export default function Policy({ name }: OfOne) {
  const asked = useAsked(`policy ${name}`, (signal) => readPolicy(name, signal));
  return (
    <Answered asked={asked}>
      {({ policy, document, users, groups, roles }) => (
        <SpaceBetween size="l">
          <Header variant="h1" description={<Shown text={name} />}><Shown text={policy?.PolicyName} /></Header>
          <Container header={<Header variant="h2" description={`${words.identity.version}: ${policy?.DefaultVersionId ?? "–"}`}>{words.identity.document}</Header>}>
            <PolicyText document={document} kind="identity" />
          </Container>
          <Names title={words.identity.users} kind="users" items={users.map(({ UserName }) => ({ id: UserName }))} empty={words.identity.notUsed} />
          <Names title={words.identity.groups} kind="groups" items={groups.map(({ GroupName }) => ({ id: GroupName }))} empty={words.identity.notUsed} />
          <Names title={words.identity.roles} kind="roles" items={roles.map(({ RoleName }) => ({ id: RoleName }))} empty={words.identity.notUsed} />
        </SpaceBetween>
      )}
    </Answered>
  );
}
