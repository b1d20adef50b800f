// Who is signed in here, how that came to be, and until when.
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { To } from "../app/To.tsx";
import { When, whoAddress } from "../identity/cells.tsx";
import { credentialsNow } from "../session/session.ts";
import { useSession } from "../session/useSession.ts";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

export default function MySession() {
  const session = useSession();
  if (session === undefined) return null;
  const { accessKeyId } = credentialsNow();
  return (
    <SpaceBetween size="l">
      <Header variant="h1" actions={<To href={whoAddress("accessKeyId", accessKeyId)}>{words.identity.others}</To>}>{words.identity.session}</Header>
      <Container header={<Header variant="h2">{words.identity.summary}</Header>}>
        <KeyValuePairs
          columns={2}
          items={[
            { label: words.identity.arn, value: <Shown text={session.arn} /> },
            { label: words.identity.account, value: <Shown text={session.account} /> },
            { label: words.identity.key, value: <Shown text={accessKeyId} /> },
            { label: words.identity.expires, value: <When time={session.expires} never={words.identity.noEnd} /> },
          ]}
        />
      </Container>
    </SpaceBetween>
  );
}
