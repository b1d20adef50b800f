// A link within the console for rows that come by the thousand: an anchor and nothing more.
import type { MouseEvent, ReactNode } from "react";
import { go } from "../app/location.ts";

export function PlainLink({ href, children }: { href: string; children: ReactNode }) {
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(href);
  };
  return <a className="link" href={href} onClick={follow}>{children}</a>;
}
