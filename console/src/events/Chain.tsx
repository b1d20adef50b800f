// How a caller came to be, drawn from the first identity to the session that calls.
import Box from "@cloudscape-design/components/box";
import { To } from "../app/To.tsx";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";
import type { Link } from "./chain.ts";
import { whoAddress } from "./who.ts";

interface ChainProps {
  title: string;
  /** Whether the title stands above it already. */
  isTitled?: boolean;
  links: readonly Link[];
  /** Whose events tell more of them, where that is not the caller's own account. */
  accounts?: readonly string[];
}

export function Chain({ title, isTitled = false, links, accounts = [] }: ChainProps) {
  return (
    <section aria-label={title}>
      {!isTitled && <Box variant="awsui-key-label">{title}</Box>}
      <ol className="chain">
        {links.map(({ kind, value }) => (
          <li key={`${kind} ${value}`}>
            {words.who.kinds[kind]} <To href={whoAddress(kind, value, accounts)}><Shown text={value} most={300} /></To>
          </li>
        ))}
      </ol>
    </section>
  );
}
