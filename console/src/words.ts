// Every word that the console says. Each area has a file beside this one.
import { dashboard, who } from "./words/dashboard.ts";
import { compare, event, events, fields, range } from "./words/events.ts";
import { errors, missing, navigation, top } from "./words/frame.ts";
import { selectors } from "./words/selectors.ts";
import { identity } from "./words/identity.ts";
import { server } from "./words/server.ts";
import { signIn } from "./words/signIn.ts";
import { trail } from "./words/trail.ts";
import { trails } from "./words/trails.ts";
import { wizard } from "./words/wizard.ts";

export const words = {
  title: "Cairn",
  cut: (characters: number) => `… ${characters} more characters`,
  navigation,
  top,
  signIn,
  fields,
  events,
  range,
  event,
  compare,
  trails,
  trail,
  selectors,
  wizard,
  server,
  identity,
  dashboard,
  who,
  missing,
  errors,
} as const;
