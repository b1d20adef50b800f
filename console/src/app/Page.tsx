// Which page a path is. Each is loaded when it is first shown.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Spinner from "@cloudscape-design/components/spinner";
import { Component, type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { words } from "../words.ts";
import { decoded, href } from "./location.ts";
import { To } from "./To.tsx";

const Dashboard = lazy(() => import("../pages/Dashboard.tsx"));
const Events = lazy(() => import("../pages/Events.tsx"));
const Event = lazy(() => import("../pages/Event.tsx"));
const Compare = lazy(() => import("../pages/Compare.tsx"));
const Trails = lazy(() => import("../pages/Trails.tsx"));
const Trail = lazy(() => import("../pages/Trail.tsx"));
const TrailCreate = lazy(() => import("../pages/TrailCreate.tsx"));
const TrailEdit = lazy(() => import("../pages/TrailEdit.tsx"));
const Gateways = lazy(() => import("../pages/Gateways.tsx"));
const Settings = lazy(() => import("../pages/Settings.tsx"));
const Api = lazy(() => import("../pages/Api.tsx"));
const Users = lazy(() => import("../pages/Users.tsx"));
const User = lazy(() => import("../pages/User.tsx"));
const Groups = lazy(() => import("../pages/Groups.tsx"));
const Group = lazy(() => import("../pages/Group.tsx"));
const Roles = lazy(() => import("../pages/Roles.tsx"));
const Role = lazy(() => import("../pages/Role.tsx"));
const Policies = lazy(() => import("../pages/Policies.tsx"));
const Policy = lazy(() => import("../pages/Policy.tsx"));
const MySession = lazy(() => import("../pages/MySession.tsx"));
const Who = lazy(() => import("../pages/Who.tsx"));

/** What a page of one thing is given: the thing's name from the path. */
export interface OfOne {
  name: string;
}

const PAGES: Record<string, ComponentType> = {
  "/": Dashboard,
  "/events": Events,
  "/compare": Compare,
  "/trails": Trails,
  "/trails/create": TrailCreate,
  "/trails/edit": TrailEdit,
  "/gateways": Gateways,
  "/settings": Settings,
  "/api": Api,
  "/users": Users,
  "/groups": Groups,
  "/roles": Roles,
  "/policies": Policies,
  "/session": MySession,
  "/who": Who,
};

const PAGES_OF_ONE: Record<string, ComponentType<OfOne>> = {
  events: Event,
  trails: Trail,
  users: User,
  groups: Group,
  roles: Role,
  policies: Policy,
};

function pageAt(path: string): ReactNode {
  const Whole = Object.hasOwn(PAGES, path) ? PAGES[path] : undefined;
  if (Whole !== undefined) return <Whole />;
  const [, kind = "", segment = "", ...more] = path.split("/");
  const OfOne = Object.hasOwn(PAGES_OF_ONE, kind) && more.length === 0 ? PAGES_OF_ONE[kind] : undefined;
  const name = decoded(segment);
  if (OfOne !== undefined && name !== undefined && name !== "") return <OfOne key={path} name={name} />;
  return (
    <Alert type="warning" header={words.missing.title}>
      {words.missing.help} <To href={href("/")}>{words.navigation.dashboard}</To>
    </Alert>
  );
}

export function Page({ path }: { path: string }) {
  return (
    <Guarded key={path}>
      <Suspense fallback={<Waiting />}>{pageAt(path)}</Suspense>
    </Guarded>
  );
}

function Waiting() {
  return (
    <Box textAlign="center" padding="xxl">
      <Spinner size="large" />
    </Box>
  );
}

/** Keeps a page that breaks from taking the others with it. */
export class Guarded extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    if (!this.state.isBroken) return this.props.children;
    return (
      <Alert type="error" header={words.errors.page}>
        {words.errors.pageHelp}
      </Alert>
    );
  }
}
