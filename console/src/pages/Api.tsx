// Cairn's own routes, from their OpenAPI description.
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { Answered } from "../app/Answered.tsx";
import { useAsked } from "../app/useAsked.ts";
import { readRoutes, type Route } from "../server/openapi.ts";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

export default function Api() {
  const asked = useAsked("routes", readRoutes);
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description={words.server.apiIntro} actions={<Link href="/v1/openapi.json" external>{words.server.download}</Link>}>
        {words.server.api}
      </Header>
      <Answered asked={asked}>
        {(routes) =>
          routes.length === 0 ? <Box>{words.server.noRoutes}</Box> : (
            <SpaceBetween size="m">{routes.map((route) => <One key={`${route.method} ${route.path}`} route={route} />)}</SpaceBetween>
          )
        }
      </Answered>
    </SpaceBetween>
  );
}

function One({ route }: { route: Route }) {
  return (
    <Container
      header={
        <Header variant="h2" description={<Shown text={route.summary} />}>
          <Badge color="blue">{route.method}</Badge> <Shown text={route.path} />
        </Header>
      }
    >
      <SpaceBetween size="s">
        {route.description !== "" && <Shown text={route.description} />}
        {route.parameters.length > 0 && (
          <Table
            variant="embedded"
            wrapLines
            items={route.parameters}
            ariaLabels={{ tableLabel: `${words.server.parameters} ${route.path}` }}
            columnDefinitions={[
              { id: "name", header: words.server.parameters, isRowHeader: true, cell: ({ name, isRequired }) => <Shown text={isRequired ? `${name} *` : name} /> },
              { id: "about", header: words.server.meaning, cell: ({ description }) => <Shown text={description} /> },
            ]}
          />
        )}
        {route.request !== undefined && <Schema title={words.server.request} schema={route.request} />}
        {route.responses.map(({ code, description, schema }) => (
          <Schema key={code} title={words.server.response(code)} description={description} schema={schema} />
        ))}
      </SpaceBetween>
    </Container>
  );
}

function Schema({ title, description = "", schema }: { title: string; description?: string; schema: unknown }) {
  if (schema === undefined) return <div><b>{title}</b> <Shown text={description} /></div>;
  return (
    <ExpandableSection headerText={title} {...(description !== "" && { headerDescription: description })}>
      <section className="json" tabIndex={0} aria-label={title}>{JSON.stringify(schema, null, 2)}</section>
    </ExpandableSection>
  );
}
