// Who is signed in here, how that came to be, what limits it, until when; and its end.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { Answered } from "../app/Answered.tsx";
import { Confirm } from "../app/Confirm.tsx";
import { To } from "../app/To.tsx";
import { useAsked } from "../app/useAsked.ts";
import { Chain } from "../events/Chain.tsx";
import { chainOf } from "../events/chain.ts";
import { eventAddress } from "../events/columns.tsx";
import { Named, When, whoAddress } from "../identity/cells.tsx";
import { PolicyText } from "../identity/PolicyText.tsx";
import { limitsOf, type Origin, originOf, principalOf } from "../identity/sessionOrigin.ts";
import { endSession } from "../session/password.ts";
import { credentialsNow, type Session, signOut } from "../session/session.ts";
import { leftText, useLeft } from "../session/useLeft.ts";
import { useSession } from "../session/useSession.ts";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

export default function MySession() {
  const session = useSession();
  return session === undefined ? null : <Signed session={session} />;
}

function Signed({ session }: { session: Session }) {
  // What is shown is of the key that this page was opened with.
  const [{ accessKeyId, sessionToken }] = useState(credentialsNow);
  const [isEnding, setEnding] = useState(false);
  const asked = useAsked(`origin ${accessKeyId}`, (signal) => originOf(accessKeyId, signal));
  const isTemporary = sessionToken !== undefined;
  const end = async () => {
    if (isTemporary && !(await endSession(credentialsNow()))) throw new Error(words.identity.endFailed);
  };
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        actions={
          <SpaceBetween size="xs" direction="horizontal" alignItems="center">
            <To href={whoAddress("accessKeyId", accessKeyId)}>{words.identity.others}</To>
            <Button onClick={() => setEnding(true)}>{words.identity.endSession}</Button>
          </SpaceBetween>
        }
      >
        {words.identity.session}
      </Header>
      <Container header={<Header variant="h2">{words.identity.summary}</Header>}>
        <KeyValuePairs
          columns={2}
          items={[
            { label: words.identity.arn, value: <Shown text={session.arn} /> },
            { label: words.identity.account, value: <Shown text={session.account} /> },
            { label: words.identity.key, value: <Shown text={accessKeyId} /> },
            { label: words.identity.expires, value: <Ends time={session.expires} isTemporary={isTemporary} /> },
            ...(session.renewableUntil === undefined ? [] : [{ label: words.identity.renewable, value: <When time={session.renewableUntil} /> }]),
          ]}
        />
      </Container>
      <Answered asked={asked}>{(origin) => <Known origin={origin} arn={session.arn} isTemporary={isTemporary} />}</Answered>
      {isEnding && (
        <Confirm
          title={words.identity.endSession}
          action={words.identity.endSession}
          act={end}
          told={words.identity.ended}
          onCancel={() => setEnding(false)}
          onDone={() => signOut(words.signIn.ended)}
        >
          {isTemporary ? words.identity.endSessionText : words.identity.endKeyText}
        </Confirm>
      )}
    </SpaceBetween>
  );
}

function Ends({ time, isTemporary }: { time: Date | undefined; isTemporary: boolean }) {
  const left = useLeft();
  if (left === undefined) return <>{isTemporary ? words.identity.endUnknown : words.identity.noEnd}</>;
  return <><When time={time} /> ({leftText(left)})</>;
}

function Known({ origin, arn, isTemporary }: { origin: Origin; arn: string; isTemporary: boolean }) {
  const { latest, given } = origin;
  const { policy, policyArns, tags, sourceIdentity, hasMfa } = limitsOf(origin);
  const principal = principalOf(arn);
  if (latest === undefined) return <Alert type="info">{words.identity.unknown}</Alert>;
  // What gave temporary credentials may have limited them, whether or not its event can be read.
  const without = policyArns.length > 0 ? "–" : isTemporary && given === undefined ? words.identity.unknownLimits : words.identity.noLimit;
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{words.identity.chain}</Header>}>
        <SpaceBetween size="m">
          <Chain title={words.identity.chain} isTitled links={chainOf(latest)} />
          <KeyValuePairs
            columns={3}
            items={[
              { label: words.identity.issued, value: given === undefined ? "–" : <To href={eventAddress(given)}><When time={given.time} /></To> },
              { label: words.identity.mfa, value: <Mfa hasMfa={hasMfa} /> },
              { label: words.identity.sourceIdentity, value: <Shown text={sourceIdentity} /> },
            ]}
          />
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">{words.identity.limits}</Header>}>
        <SpaceBetween size="m">
          <KeyValuePairs
            columns={3}
            items={[
              { label: words.identity.whoHas, value: principal === undefined ? "–" : <Named kind={principal.kind} id={principal.name} /> },
              {
                label: words.identity.sessionPolicyArns,
                value: policyArns.length === 0 ? "–" : <ul className="counts">{policyArns.map((one) => <li key={one}><Named kind="policies" id={one} /></li>)}</ul>,
              },
              {
                label: words.identity.sessionTags,
                value: tags.length === 0 ? "–" : (
                  <ul className="counts">
                    {tags.map(({ key, value, isPassedOn }) => (
                      <li key={key}><span><Shown text={key} /> = <Shown text={value} />{isPassedOn && ` (${words.identity.transitive})`}</span></li>
                    ))}
                  </ul>
                ),
              },
            ]}
          />
          <Box variant="awsui-key-label">{words.identity.sessionPolicy}</Box>
          {policy !== undefined ? <PolicyText document={policy} kind="identity" /> : <span>{without}</span>}
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}

function Mfa({ hasMfa }: { hasMfa: boolean | undefined }) {
  if (hasMfa === undefined) return <>–</>;
  return hasMfa ? <StatusIndicator type="success">{words.identity.mfaYes}</StatusIndicator> : <StatusIndicator type="stopped">{words.identity.mfaNo}</StatusIndicator>;
}
