// Cairn's own routes as their OpenAPI description tells of them: only as much of that format as the description uses.

const METHODS = ["get", "post", "put", "patch", "delete"];

export interface Route {
  method: string;
  path: string;
  summary: string;
  description: string;
  parameters: { name: string; where: string; isRequired: boolean; description: string }[];
  request: unknown;
  responses: { code: string; description: string; schema: unknown }[];
}

type Members = Record<string, unknown>;

const members = (value: unknown): Members => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {});
const text = (value: unknown): string => (typeof value === "string" ? value : "");

export async function readRoutes(signal: AbortSignal): Promise<Route[]> {
  const answer = await fetch("/v1/openapi.json", { signal, credentials: "omit" });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return routesOf(await answer.json());
}

export function routesOf(document: unknown): Route[] {
  const root = members(document);
  return Object.entries(members(root["paths"])).flatMap(([path, item]) =>
    Object.entries(members(item))
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => routeOf(root, path, method, members(operation))),
  );
}

function routeOf(root: Members, path: string, method: string, operation: Members): Route {
  const parameters = Array.isArray(operation["parameters"]) ? operation["parameters"] : [];
  return {
    method: method.toUpperCase(),
    path,
    summary: text(operation["summary"]),
    description: text(operation["description"]),
    parameters: parameters.map((one) => {
      const found = members(resolved(root, one));
      return { name: text(found["name"]), where: text(found["in"]), isRequired: found["required"] === true, description: text(found["description"]) };
    }),
    request: schemaOf(root, resolved(root, operation["requestBody"])),
    responses: Object.entries(members(operation["responses"])).map(([code, one]) => {
      const found = resolved(root, one);
      return { code, description: text(members(found)["description"]), schema: schemaOf(root, found) };
    }),
  };
}

/** The schema of the first kind of content, with its references replaced by what they name. */
function schemaOf(root: Members, holder: unknown): unknown {
  const [content] = Object.values(members(members(holder)["content"]));
  const schema = members(content)["schema"];
  return schema === undefined ? undefined : whole(root, schema, []);
}

function whole(root: Members, schema: unknown, within: readonly string[]): unknown {
  if (Array.isArray(schema)) return schema.map((one) => whole(root, one, within));
  if (typeof schema !== "object" || schema === null) return schema;
  const reference = text(members(schema)["$ref"]);
  // What holds itself is named only.
  if (reference !== "" && within.includes(reference)) return { $ref: reference };
  if (reference !== "") return whole(root, resolved(root, schema), [...within, reference]);
  return Object.fromEntries(Object.entries(schema).map(([name, one]) => [name, whole(root, one, within)]));
}

function resolved(root: Members, value: unknown): unknown {
  const reference = text(members(value)["$ref"]);
  if (!reference.startsWith("#/")) return value;
  return reference.slice(2).split("/").reduce<unknown>((found, name) => members(found)[name], root);
}
