// One role: who may assume it, and what it may do.
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Answered } from "../app/Answered.tsx";
import type { OfOne } from "../app/Page.tsx";
import { To } from "../app/To.tsx";
import { useAsked } from "../app/useAsked.ts";
import { attachedItems, InlinePolicies, Named, Names, When, whoAddress } from "../identity/cells.tsx";
import { readRole } from "../identity/iam.ts";
import { PolicyText } from "../identity/PolicyText.tsx";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

export default function Role({ name }: OfOne) {
  const asked = useAsked(`role ${name}`, (signal) => readRole(name, signal));
  return (
    <Answered asked={asked}>
      {({ role, trust, attached, inline }) => (
        <SpaceBetween size="l">
          <Header variant="h1" description={<Shown text={role?.Arn} />} actions={<To href={whoAddress("role", role?.Arn ?? "")}>{words.identity.events}</To>}>
            <Shown text={name} />
          </Header>
          <Container header={<Header variant="h2">{words.identity.summary}</Header>}>
            <KeyValuePairs
              columns={4}
              items={[
                { label: words.identity.created, value: <When time={role?.CreateDate} /> },
                { label: words.identity.lastUsed, value: <When time={role?.RoleLastUsed?.LastUsedDate} never={words.identity.never} /> },
                { label: words.identity.sessionLength, value: words.identity.minutes(role?.MaxSessionDuration ?? 3600) },
                {
                  label: words.identity.boundary,
                  value: role?.PermissionsBoundary?.PermissionsBoundaryArn === undefined ? "–" : <Named kind="policies" id={role.PermissionsBoundary.PermissionsBoundaryArn} />,
                },
              ]}
            />
          </Container>
          <Container header={<Header variant="h2">{words.identity.trust}</Header>}>
            <PolicyText document={trust} kind="trust" />
          </Container>
          <Names title={words.identity.attached} kind="policies" items={attachedItems(attached)} empty={words.identity.noPolicies} />
          <InlinePolicies policies={inline} />
        </SpaceBetween>
      )}
    </Answered>
  );
}
