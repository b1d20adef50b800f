// Managed policies: the account's own, or AWS's.
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import { Answered } from "../app/Answered.tsx";
import { go, href, usePlace } from "../app/location.ts";
import { useAsked } from "../app/useAsked.ts";
import { Named, When } from "../identity/cells.tsx";
import { listPolicies } from "../identity/iam.ts";
import { Listed } from "../identity/Listed.tsx";
import { words } from "../words.ts";

export default function Policies() {
  const { path, query } = usePlace();
  const scope = query.get("scope") === "AWS" ? "AWS" : "Local";
  const asked = useAsked(`policies ${scope}`, (signal) => listPolicies(scope, signal));
  const scopes = (
    <SegmentedControl
      label={words.identity.scope}
      selectedId={scope}
      options={Object.entries(words.identity.scopes).map(([id, text]) => ({ id, text }))}
      onChange={({ detail }) => go(href(path, new URLSearchParams({ scope: detail.selectedId })), "replace")}
    />
  );
  return (
    <Answered asked={asked}>
      {(policies) => (
        <Listed
          title={words.identity.policies}
          items={policies}
          nameOf={({ PolicyName = "" }) => PolicyName}
          actions={scopes}
          again={asked.again}
          columns={[
            { id: "name", header: words.identity.name, isRowHeader: true, minWidth: 200, cell: ({ Arn, PolicyName }) => <Named kind="policies" id={Arn} text={PolicyName} /> },
            { id: "attachments", header: words.identity.attachments, minWidth: 110, cell: ({ AttachmentCount = 0 }) => AttachmentCount },
            { id: "created", header: words.identity.created, minWidth: 170, cell: ({ CreateDate }) => <When time={CreateDate} /> },
          ]}
        />
      )}
    </Answered>
  );
}
