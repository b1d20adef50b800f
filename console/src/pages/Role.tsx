// One role: who may assume it, and what it may do.
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Answered } from "../app/Answered.tsx";
import type { OfOne } from "../app/Page.tsx";
import { To } from "../app/To.tsx";
import { useAsked } from "../app/useAsked.ts";
import { Attached } from "../identity/Attached.tsx";
import { Named, When, whoAddress } from "../identity/cells.tsx";
import { declaredIn, type Holder } from "../identity/changes.ts";
import { Declared } from "../identity/Declared.tsx";
import { DeleteHolder } from "../identity/DeleteHolder.tsx";
import { readRole } from "../identity/iam.ts";
import { InlinePolicies } from "../identity/InlinePolicies.tsx";
import { Trust } from "../identity/Trust.tsx";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

export default function Role({ name }: OfOne) {
  const asked = useAsked(`role ${name}`, (signal) => readRole(name, signal));
  const holder: Holder = { kind: "roles", name };
  return (
    <Answered asked={asked}>
      {({ role, trust, attached, inline }) => {
        const file = declaredIn(role?.Tags);
        const fixed = file && words.identity.declaredIn(file);
        return (
          <SpaceBetween size="l">
            <Header
              variant="h1"
              description={<Shown text={role?.Arn} />}
              actions={
                <SpaceBetween size="xs" direction="horizontal" alignItems="center">
                  <To href={whoAddress("role", role?.Arn ?? "")}>{words.identity.events}</To>
                  <DeleteHolder holder={holder} fixed={fixed} />
                </SpaceBetween>
              }
            >
              <Shown text={name} />
            </Header>
            <Declared file={file} />
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
            <Trust roleName={name} document={trust} fixed={fixed} again={asked.again} />
            <Attached holder={holder} attached={attached} fixed={fixed} again={asked.again} />
            <InlinePolicies holder={holder} policies={inline} fixed={fixed} again={asked.again} />
          </SpaceBetween>
        );
      }}
    </Answered>
  );
}
