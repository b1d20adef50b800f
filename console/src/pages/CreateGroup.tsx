// Makes a group.
import { CreateHolder } from "../identity/CreateHolder.tsx";

export default function CreateGroup() {
  return <CreateHolder kind="groups" />;
}
