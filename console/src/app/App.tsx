// The frame: top bar, pages, and who may see them.
import AppLayout from "@cloudscape-design/components/app-layout";
import { I18nProvider } from "@cloudscape-design/components/i18n";
import messages from "@cloudscape-design/components/i18n/messages/all.en";
import SideNavigation, { type SideNavigationProps } from "@cloudscape-design/components/side-navigation";
import { applyMode, Mode } from "@cloudscape-design/global-styles";
import { Activity, useEffect, useState } from "react";
import { SignIn } from "../pages/SignIn.tsx";
import { whoLeft } from "../session/session.ts";
import { useSession } from "../session/useSession.ts";
import { words } from "../words.ts";
import { Flashes } from "./Flashes.tsx";
import { go, href, usePlace } from "./location.ts";
import { Page } from "./Page.tsx";
import { usePreferences } from "./preferences.ts";
import { TopBar } from "./TopBar.tsx";

const ITEMS: SideNavigationProps.Item[] = [
  { type: "link", text: words.navigation.dashboard, href: href("/") },
  { type: "link", text: words.navigation.events, href: href("/events") },
  { type: "link", text: words.navigation.trails, href: href("/trails") },
  { type: "link", text: words.navigation.gateways, href: href("/gateways") },
  {
    type: "section",
    text: words.navigation.identity,
    items: [
      { type: "link", text: words.navigation.users, href: href("/users") },
      { type: "link", text: words.navigation.groups, href: href("/groups") },
      { type: "link", text: words.navigation.roles, href: href("/roles") },
      { type: "link", text: words.navigation.policies, href: href("/policies") },
      { type: "link", text: words.navigation.session, href: href("/session") },
    ],
  },
  {
    type: "section",
    text: words.navigation.server,
    items: [
      { type: "link", text: words.navigation.settings, href: href("/settings") },
      { type: "link", text: words.navigation.api, href: href("/api") },
    ],
  },
];

export function App() {
  const { theme } = usePreferences();
  useEffect(() => applyMode(theme === "dark" ? Mode.Dark : Mode.Light), [theme]);
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <div id="top">
        <TopBar />
      </div>
      <Frame />
    </I18nProvider>
  );
}

/** Pages of a session that ended by itself are put aside with everything that is in them, and come back to the same principal. */
function Frame() {
  const session = useSession();
  const shown = session?.arn ?? whoLeft();
  return (
    <>
      {session === undefined && <AppLayout headerSelector="#top" navigationHide toolsHide content={<SignIn />} />}
      {shown !== undefined && (
        <Activity key={shown} mode={session === undefined ? "hidden" : "visible"}>
          <Pages />
        </Activity>
      )}
    </>
  );
}

/** The section that a page belongs to, where its own path does not say so. */
const SECTIONS: Record<string, string> = { "/compare": "/events", "/create-user": "/users", "/create-group": "/groups", "/create-role": "/roles" };

function Pages() {
  const { path } = usePlace();
  const [isOpen, setOpen] = useState(window.innerWidth > 1000);
  const section = `/${path.split("/")[1] ?? ""}`;
  return (
    <AppLayout
      headerSelector="#top"
      toolsHide
      notifications={<Flashes />}
      stickyNotifications
      navigationOpen={isOpen}
      onNavigationChange={({ detail }) => setOpen(detail.open)}
      ariaLabels={{
        navigation: words.navigation.label,
        navigationToggle: words.navigation.open,
        navigationClose: words.navigation.close,
      }}
      navigation={
        <SideNavigation
          activeHref={href(SECTIONS[section] ?? section)}
          header={{ text: words.title, href: href("/") }}
          items={ITEMS}
          onFollow={(event) => {
            event.preventDefault();
            go(event.detail.href);
          }}
        />
      }
      content={<Page path={path} />}
    />
  );
}
