// How a caller came to be, drawn from the first identity to the session that calls.
import Box from "@cloudscape-design/components/box";
import { To } from "../app/To.tsx";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";
import type { Link } from "./chain.ts";
import { whoAddress } from "./who.ts";

export function Chain({ title, links }: { title: string; links: readonly Link[] }) {
  return (
    <section aria-label={title}>
      <Box variant="awsui-key-label">{title}</Box>
      <ol className="chain">
        {links.map(({ kind, value }) => (
          <li key={`${kind} ${value}`}>
            {words.who.kinds[kind]} <To href={whoAddress(kind, value)}><Shown text={value} most={300} /></To>
          </li>
        ))}
      </ol>
    </section>
  );
}
