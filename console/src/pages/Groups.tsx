// The account's groups of users.
import Button from "@cloudscape-design/components/button";
import { Answered } from "../app/Answered.tsx";
import { go, href } from "../app/location.ts";
import { useAsked } from "../app/useAsked.ts";
import { Named, When } from "../identity/cells.tsx";
import { listGroups } from "../identity/iam.ts";
import { Listed } from "../identity/Listed.tsx";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

export default function Groups() {
  const asked = useAsked("groups", listGroups);
  return (
    <Answered asked={asked}>
      {(groups) => (
        <Listed
          title={words.identity.groups}
          items={groups}
          nameOf={({ GroupName = "" }) => GroupName}
          actions={<Button variant="primary" onClick={() => go(href("/create-group"))}>{words.identity.create.groups}</Button>}
          again={asked.again}
          columns={[
            { id: "name", header: words.identity.name, isRowHeader: true, minWidth: 180, cell: ({ GroupName }) => <Named kind="groups" id={GroupName} /> },
            { id: "path", header: words.identity.path, minWidth: 100, cell: ({ Path }) => <Shown text={Path} most={200} /> },
            { id: "created", header: words.identity.created, minWidth: 170, cell: ({ CreateDate }) => <When time={CreateDate} /> },
          ]}
        />
      )}
    </Answered>
  );
}
