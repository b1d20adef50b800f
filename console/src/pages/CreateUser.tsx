// Makes a user.
import { CreateHolder } from "../identity/CreateHolder.tsx";

export default function CreateUser() {
  return <CreateHolder kind="users" />;
}
