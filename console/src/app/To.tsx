// A link within the console.
import Link, { type LinkProps } from "@cloudscape-design/components/link";
import type { ReactNode } from "react";
import { go } from "./location.ts";

interface ToProps {
  href: string;
  children: ReactNode;
  variant?: LinkProps.Variant;
  ariaLabel?: string;
}

export function To({ href, children, variant, ariaLabel }: ToProps) {
  const follow: LinkProps["onFollow"] = (event) => {
    event.preventDefault();
    go(href);
  };
  return (
    <Link href={href} onFollow={follow} {...(variant && { variant })} {...(ariaLabel && { ariaLabel })}>
      {children}
    </Link>
  );
}
