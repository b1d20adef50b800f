// The account's roles.
import Button from "@cloudscape-design/components/button";
import { Answered } from "../app/Answered.tsx";
import { go, href } from "../app/location.ts";
import { useAsked } from "../app/useAsked.ts";
import { Named, When } from "../identity/cells.tsx";
import { listRoles } from "../identity/iam.ts";
import { Listed } from "../identity/Listed.tsx";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

export default function Roles() {
  const asked = useAsked("roles", listRoles);
  return (
    <Answered asked={asked}>
      {(roles) => (
        <Listed
          title={words.identity.roles}
          items={roles}
          nameOf={({ RoleName = "" }) => RoleName}
          actions={<Button variant="primary" onClick={() => go(href("/create-role"))}>{words.identity.create.roles}</Button>}
          again={asked.again}
          columns={[
            { id: "name", header: words.identity.name, isRowHeader: true, minWidth: 180, cell: ({ RoleName }) => <Named kind="roles" id={RoleName} /> },
            { id: "path", header: words.identity.path, minWidth: 100, cell: ({ Path }) => <Shown text={Path} most={200} /> },
            { id: "created", header: words.identity.created, minWidth: 170, cell: ({ CreateDate }) => <When time={CreateDate} /> },
          ]}
        />
      )}
    </Answered>
  );
}
