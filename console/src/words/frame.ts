// Words of the frame, and of what can go wrong on any page.

export const navigation = {
  label: "Pages",
  dashboard: "Dashboard",
  events: "Event history",
  trails: "Trails",
  gateways: "Capture gateways",
  identity: "Identity",
  users: "Users",
  groups: "Groups",
  roles: "Roles",
  policies: "Policies",
  session: "My session",
  server: "Server",
  settings: "Settings",
  api: "API",
  open: "Open navigation",
  close: "Close navigation",
} as const;

export const top = {
  theme: "Theme",
  light: "Light",
  dark: "Dark",
  zone: "Times",
  local: "Local time",
  utc: "UTC",
  account: "Signed in",
  signOut: "Sign out",
  who: "Who am I",
  dismiss: "Dismiss",
  endsSoon: (left: string) => `Your session ends ${left}`,
  endsSoonHelp: "It cannot be made longer. What you have open and typed stays on this page while you sign in again.",
  signInAgain: "Sign in again now",
  typeToConfirm: (text: string) => `Type ${text} to confirm`,
} as const;

export const missing = {
  title: "There is no such page",
  help: "The link may be mistyped, or of a newer version.",
} as const;

export const errors = {
  unreachable: "The server does not answer",
  unreachableHelp: "It may be stopping or starting. What you see stays; try again in a moment.",
  away: "The server is away",
  awayHelp: "What you see and what you have typed stays. The page goes on by itself when it is back.",
  denied: "You may not do this",
  deniedHelp: "Ask whoever keeps your policies for this action.",
  declared: "The settings file declares this",
  declaredHelp: "Change it there, and start the server again.",
  throttled: "Too many calls",
  throttledHelp: "The server limits how many it answers in a second. Try again in a moment.",
  failed: "The call failed",
  noText: "The server said nothing more.",
  page: "This part of the page could not be shown",
  pageHelp: "The rest still works. Reload the page; if it happens again, the server may have been updated.",
} as const;
