// Which page a path is. Each is loaded when it is first shown, or while somebody signs in to see it.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Spinner from "@cloudscape-design/components/spinner";
import { Component, type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { words } from "../words.ts";
import { decoded, href } from "./location.ts";
import { To } from "./To.tsx";

/** How each page's code is fetched. */
const loads = new Map<unknown, () => Promise<unknown>>();

function later<P>(load: () => Promise<{ default: ComponentType<P> }>) {
  const page = lazy(load);
  loads.set(page, load);
  return page;
}

const Dashboard = later(() => import("../pages/Dashboard.tsx"));
const Events = later(() => import("../pages/Events.tsx"));
const Event = later(() => import("../pages/Event.tsx"));
const Compare = later(() => import("../pages/Compare.tsx"));
const Trails = later(() => import("../pages/Trails.tsx"));
const Trail = later(() => import("../pages/Trail.tsx"));
const TrailCreate = later(() => import("../pages/TrailCreate.tsx"));
const TrailEdit = later(() => import("../pages/TrailEdit.tsx"));
const Gateways = later(() => import("../pages/Gateways.tsx"));
const Settings = later(() => import("../pages/Settings.tsx"));
const Api = later(() => import("../pages/Api.tsx"));
const Users = later(() => import("../pages/Users.tsx"));
const User = later(() => import("../pages/User.tsx"));
const Groups = later(() => import("../pages/Groups.tsx"));
const Group = later(() => import("../pages/Group.tsx"));
const Roles = later(() => import("../pages/Roles.tsx"));
const Role = later(() => import("../pages/Role.tsx"));
const CreateUser = later(() => import("../pages/CreateUser.tsx"));
const CreateGroup = later(() => import("../pages/CreateGroup.tsx"));
const CreateRole = later(() => import("../pages/CreateRole.tsx"));
const Policies = later(() => import("../pages/Policies.tsx"));
const Policy = later(() => import("../pages/Policy.tsx"));
const MySession = later(() => import("../pages/MySession.tsx"));
const Who = later(() => import("../pages/Who.tsx"));

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
  "/create-user": CreateUser,
  "/create-group": CreateGroup,
  "/create-role": CreateRole,
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

function found(path: string): { Whole?: ComponentType | undefined; OfOne?: ComponentType<OfOne> | undefined; segment: string } {
  const Whole = Object.hasOwn(PAGES, path) ? PAGES[path] : undefined;
  const [, kind = "", segment = "", ...more] = path.split("/");
  const OfOne = Object.hasOwn(PAGES_OF_ONE, kind) && more.length === 0 ? PAGES_OF_ONE[kind] : undefined;
  return { Whole, OfOne, segment };
}

/** Fetches the code of the page at `path`. That it fails is said when the page is shown. */
export function fetchAhead(path: string): void {
  const { Whole, OfOne } = found(path);
  loads.get(Whole ?? OfOne)?.().catch(() => undefined);
}

function pageAt(path: string): ReactNode {
  const { Whole, OfOne, segment } = found(path);
  if (Whole !== undefined) return <Whole />;
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
