// What went wrong with something that somebody did.
import Alert from "@cloudscape-design/components/alert";
import type { Trouble } from "../session/errors.ts";
import { Shown } from "../shown/Shown.tsx";

export function Troubled({ trouble }: { trouble: Trouble | undefined }) {
  if (trouble === undefined) return null;
  return (
    <Alert type="error" header={<Shown text={trouble.title} />}>
      <Shown text={trouble.message} />
    </Alert>
  );
}
