// Makes a role.
import { CreateHolder } from "../identity/CreateHolder.tsx";

export default function CreateRole() {
  return <CreateHolder kind="roles" />;
}
