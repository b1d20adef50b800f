// The account's users.
import Button from "@cloudscape-design/components/button";
import { Answered } from "../app/Answered.tsx";
import { go, href } from "../app/location.ts";
import { useAsked } from "../app/useAsked.ts";
import { Named, When } from "../identity/cells.tsx";
import { listUsers } from "../identity/iam.ts";
import { Listed } from "../identity/Listed.tsx";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

export default function Users() {
  const asked = useAsked("users", listUsers);
  return (
    <Answered asked={asked}>
      {(users) => (
        <Listed
          title={words.identity.users}
          items={users}
          nameOf={({ UserName = "" }) => UserName}
          actions={<Button variant="primary" onClick={() => go(href("/create-user"))}>{words.identity.create.users}</Button>}
          again={asked.again}
          columns={[
            { id: "name", header: words.identity.name, isRowHeader: true, minWidth: 180, cell: ({ UserName }) => <Named kind="users" id={UserName} /> },
            { id: "path", header: words.identity.path, minWidth: 100, cell: ({ Path }) => <Shown text={Path} most={200} /> },
            { id: "created", header: words.identity.created, minWidth: 170, cell: ({ CreateDate }) => <When time={CreateDate} /> },
            { id: "used", header: words.identity.passwordUsed, minWidth: 170, cell: ({ PasswordLastUsed }) => <When time={PasswordLastUsed} never={words.identity.never} /> },
          ]}
        />
      )}
    </Answered>
  );
}
