// Capture gateways: each with its calls, errors, latency, gaps, and whom it knows.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { Answered } from "../app/Answered.tsx";
import { href } from "../app/location.ts";
import { To } from "../app/To.tsx";
import { useAsked } from "../app/useAsked.ts";
import { type Gateway, type Identity, readGateways } from "../server/server.ts";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

export default function Gateways() {
  const asked = useAsked("gateways", readGateways);
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={words.server.gatewaysIntro}
        actions={<Button iconName="refresh" ariaLabel={words.events.reload} loading={asked.isLoading} onClick={asked.again} />}
      >
        {words.server.gateways}
      </Header>
      <Answered asked={asked}>
        {(gateways) =>
          gateways.length === 0 ? (
            <Container>
              <Box textAlign="center" padding="l">
                <b>{words.server.noGateways}</b>
                <div>{words.server.noGatewaysHelp}</div>
              </Box>
            </Container>
          ) : (
            <SpaceBetween size="l">{gateways.map((gateway) => <One key={`${gateway.name} ${gateway.listen}`} gateway={gateway} />)}</SpaceBetween>
          )
        }
      </Answered>
    </SpaceBetween>
  );
}

function One({ gateway }: { gateway: Gateway }) {
  const { identities } = gateway;
  const number = (value: number) => value.toLocaleString("en");
  return (
    <Container header={<Header variant="h2"><Shown text={gateway.name} /></Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={4}
          items={[
            { label: words.server.listen, value: <Shown text={gateway.listen} /> },
            { label: words.server.upstream, value: <Shown text={gateway.upstream} /> },
            { label: words.server.account, value: <Shown text={gateway.account} /> },
            { label: words.server.region, value: <Shown text={gateway.region} /> },
            { label: words.server.calls, value: number(gateway.calls) },
            { label: words.server.errors, value: number(gateway.errors) },
            {
              label: words.server.gaps,
              value: <StatusIndicator type={gateway.gaps === 0 ? "success" : "error"}>{number(gateway.gaps)}</StatusIndicator>,
            },
            { label: words.server.openIntents, value: number(gateway.openIntents) },
            { label: words.server.added, value: words.server.addedText(gateway.addedMicros.p50, gateway.addedMicros.p99) },
            { label: words.server.policy, value: words.server.policies[gateway.policy] ?? <Shown text={gateway.policy} /> },
            ...(gateway.answerAfter
              ? [{ label: words.server.answerAfter, value: words.server.answersAfter[gateway.answerAfter] ?? <Shown text={gateway.answerAfter} /> }]
              : []),
          ]}
        />
        <ExpandableSection headerText={words.server.identities} headerCounter={`(${identities.length})`} defaultExpanded={identities.length <= 10}>
          <Identities identities={identities} />
        </ExpandableSection>
      </SpaceBetween>
    </Container>
  );
}

const who = (kind: string, value: string): string => href("/who", new URLSearchParams({ kind, value }));

function Identities({ identities }: { identities: readonly Identity[] }) {
  return (
    <Table
      variant="embedded"
      wrapLines
      items={identities}
      trackBy="accessKeyId"
      ariaLabels={{ tableLabel: words.server.identities }}
      empty={<Box textAlign="center">{words.server.noIdentities}</Box>}
      columnDefinitions={[
        {
          id: "key",
          header: words.server.key,
          isRowHeader: true,
          minWidth: 200,
          cell: ({ accessKeyId }) => <To href={who("accessKeyId", accessKeyId)}><Shown text={accessKeyId} most={200} /></To>,
        },
        { id: "principal", header: words.server.principal, minWidth: 220, cell: ({ principal }) => <To href={who("callerArn", principal)}><Shown text={principal} most={300} /></To> },
        { id: "from", header: words.server.learntFrom, minWidth: 140, cell: ({ learntFrom }) => <Shown text={learntFrom} most={200} /> },
        { id: "origin", header: words.server.origin, minWidth: 160, cell: ({ originPrincipal }) => <Shown text={originPrincipal} most={300} /> },
      ]}
    />
  );
}
