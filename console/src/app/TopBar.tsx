// The bar above every page: theme, zone of times, who is signed in.
import TopNavigation, { type TopNavigationProps } from "@cloudscape-design/components/top-navigation";
import { signOut } from "../session/session.ts";
import { useSession } from "../session/useSession.ts";
import { words } from "../words.ts";
import { go, href } from "./location.ts";
import { prefer, usePreferences } from "./preferences.ts";

export function TopBar() {
  const session = useSession();
  const { theme, zone } = usePreferences();
  const utilities: TopNavigationProps.Utility[] = [
    {
      type: "menu-dropdown",
      text: zone === "utc" ? words.top.utc : words.top.local,
      ariaLabel: `${words.top.zone}: ${zone === "utc" ? words.top.utc : words.top.local}`,
      items: [
        { id: "local", text: words.top.local },
        { id: "utc", text: words.top.utc },
      ],
      onItemClick: ({ detail }) => prefer({ zone: detail.id === "utc" ? "utc" : "local" }),
    },
    {
      type: "button",
      text: theme === "dark" ? words.top.light : words.top.dark,
      ariaLabel: `${words.top.theme}: ${theme === "dark" ? words.top.light : words.top.dark}`,
      onClick: () => prefer({ theme: theme === "dark" ? "light" : "dark" }),
    },
  ];
  if (session !== undefined) {
    utilities.push({
      type: "menu-dropdown",
      text: session.account,
      description: session.arn,
      iconName: "user-profile",
      ariaLabel: `${words.top.account}: ${session.account}`,
      items: [
        { id: "who", text: words.top.who },
        { id: "sign-out", text: words.top.signOut },
      ],
      onItemClick: ({ detail }) => {
        if (detail.id === "sign-out") signOut();
        else go(href("/who", new URLSearchParams({ kind: "callerArn", value: session.arn })));
      },
    });
  }
  return (
    <TopNavigation
      identity={{
        href: href("/"),
        title: words.title,
        onFollow: (event) => {
          event.preventDefault();
          go(href("/"));
        },
      }}
      utilities={utilities}
    />
  );
}
