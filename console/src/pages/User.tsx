// One user: keys, devices, groups, policies.
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Answered } from "../app/Answered.tsx";
import type { OfOne } from "../app/Page.tsx";
import { To } from "../app/To.tsx";
import { useAsked } from "../app/useAsked.ts";
import { Attached } from "../identity/Attached.tsx";
import { Named, Names, When, whoAddress } from "../identity/cells.tsx";
import { declaredIn, type Holder } from "../identity/changes.ts";
import { Declared } from "../identity/Declared.tsx";
import { DeleteHolder } from "../identity/DeleteHolder.tsx";
import { readUser } from "../identity/iam.ts";
import { InlinePolicies } from "../identity/InlinePolicies.tsx";
import { Keys } from "../identity/Keys.tsx";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

export default function User({ name }: OfOne) {
  const asked = useAsked(`user ${name}`, (signal) => readUser(name, signal));
  const holder: Holder = { kind: "users", name };
  return (
    <Answered asked={asked}>
      {({ user, keys, devices, groups, attached, inline }) => {
        const file = declaredIn(user?.Tags);
        const fixed = file && words.identity.declaredIn(file);
        return (
          <SpaceBetween size="l">
            <Header
              variant="h1"
              description={<Shown text={user?.Arn} />}
              actions={
                <SpaceBetween size="xs" direction="horizontal" alignItems="center">
                  <To href={whoAddress("userName", name)}>{words.identity.events}</To>
                  <DeleteHolder holder={holder} fixed={fixed} />
                </SpaceBetween>
              }
            >
              <Shown text={name} />
            </Header>
            <Declared file={file} isPerson />
            <Container header={<Header variant="h2">{words.identity.summary}</Header>}>
              <KeyValuePairs
                columns={4}
                items={[
                  { label: words.identity.path, value: <Shown text={user?.Path} /> },
                  { label: words.identity.created, value: <When time={user?.CreateDate} /> },
                  { label: words.identity.passwordUsed, value: <When time={user?.PasswordLastUsed} never={words.identity.never} /> },
                  {
                    label: words.identity.boundary,
                    value: user?.PermissionsBoundary?.PermissionsBoundaryArn === undefined ? "–" : <Named kind="policies" id={user.PermissionsBoundary.PermissionsBoundaryArn} />,
                  },
                ]}
              />
            </Container>
            <Keys userName={name} keys={keys} again={asked.again} />
            <Container header={<Header variant="h2" counter={`(${devices.length})`}>{words.identity.devices}</Header>}>
              {devices.length === 0 && <Box color="text-status-inactive">{words.identity.noDevices}</Box>}
              {devices.map(({ SerialNumber, EnableDate }) => (
                <div key={SerialNumber}><Shown text={SerialNumber} /> <When time={EnableDate} /></div>
              ))}
            </Container>
            <Names title={words.identity.groups} kind="groups" items={groups.map(({ GroupName }) => ({ id: GroupName }))} empty={words.identity.noGroups} />
            <Attached holder={holder} attached={attached} fixed={fixed} again={asked.again} />
            <InlinePolicies holder={holder} policies={inline} fixed={fixed} again={asked.again} />
          </SpaceBetween>
        );
      }}
    </Answered>
  );
}
