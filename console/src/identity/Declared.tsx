// That the settings file declares something, and nothing else changes it.
import Alert from "@cloudscape-design/components/alert";
import { words } from "../words.ts";

export function Declared({ file, isPerson = false }: { file: string | undefined; isPerson?: boolean }) {
  if (file === undefined) return null;
  return <Alert type="info" header={words.identity.declaredIn(file)}>{words.identity.declaredHelp} {isPerson && words.identity.declaredPerson}</Alert>;
}
