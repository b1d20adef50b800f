// A user's access keys: made with the secret shown once, switched off and on, deleted.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { Confirm } from "../app/Confirm.tsx";
import { To } from "../app/To.tsx";
import { Troubled } from "../app/Troubled.tsx";
import { useAct } from "../app/useAct.ts";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";
import { When, whoAddress } from "./cells.tsx";
import { createKey, deleteKey, setKey, type WholeUser } from "./iam.ts";

interface KeysProps {
  userName: string;
  keys: WholeUser["keys"];
  again(): void;
}

export function Keys({ userName, keys, again }: KeysProps) {
  const [made, setMade] = useState<{ id: string; secret: string }>();
  const [doomed, setDoomed] = useState<string>();
  const { isWaiting, trouble, run } = useAct();
  const create = () =>
    run(async () => {
      const key = await createKey(userName);
      setMade({ id: key?.AccessKeyId ?? "", secret: key?.SecretAccessKey ?? "" });
      again();
    });
  const set = async (id: string, isActive: boolean) => {
    if (await run(() => setKey(userName, id, isActive), isActive ? words.identity.keyActive : words.identity.keyInactive)) again();
  };
  return (
    <SpaceBetween size="m">
      <Troubled trouble={trouble} />
      {made !== undefined && (
        <Alert type="warning" header={words.identity.secretTitle} action={<Button onClick={() => setMade(undefined)}>{words.identity.kept}</Button>}>
          <SpaceBetween size="s">
            <span>{words.identity.secretText}</span>
            <KeyValuePairs
              columns={2}
              items={[{ label: words.identity.key, value: <Shown text={made.id} /> }, { label: words.identity.secret, value: <Shown text={made.secret} /> }]}
            />
          </SpaceBetween>
        </Alert>
      )}
      <Table
        wrapLines
        items={keys}
        trackBy={({ AccessKeyId = "" }) => AccessKeyId}
        ariaLabels={{ tableLabel: words.identity.keys }}
        empty={<Box textAlign="center">{words.identity.noKeys}</Box>}
        header={<Header counter={`(${keys.length})`} actions={<Button loading={isWaiting} onClick={create}>{words.identity.createKey}</Button>}>{words.identity.keys}</Header>}
        columnDefinitions={[
          {
            id: "id",
            header: words.identity.key,
            isRowHeader: true,
            minWidth: 200,
            cell: ({ AccessKeyId = "" }) => <To href={whoAddress("accessKeyId", AccessKeyId)}><Shown text={AccessKeyId} /></To>,
          },
          {
            id: "status",
            header: words.identity.status,
            minWidth: 110,
            cell: ({ Status }) => <StatusIndicator type={Status === "Active" ? "success" : "stopped"}>{Status === "Active" ? words.identity.active : words.identity.inactive}</StatusIndicator>,
          },
          { id: "created", header: words.identity.created, minWidth: 170, cell: ({ CreateDate }) => <When time={CreateDate} /> },
          { id: "used", header: words.identity.lastUsed, minWidth: 170, cell: ({ lastUsed }) => <When time={lastUsed?.LastUsedDate} never={words.identity.never} /> },
          {
            id: "actions",
            header: words.identity.actions,
            minWidth: 220,
            cell: ({ AccessKeyId = "", Status }) => (
              <SpaceBetween size="xs" direction="horizontal">
                <Button onClick={() => set(AccessKeyId, Status !== "Active")}>{Status === "Active" ? words.identity.deactivate : words.identity.activate}</Button>
                <Button disabled={Status === "Active"} onClick={() => setDoomed(AccessKeyId)}>{words.identity.deleteKey}</Button>
              </SpaceBetween>
            ),
          },
        ]}
      />
      {doomed !== undefined && (
        <Confirm
          title={words.identity.deleteKeyTitle}
          action={words.identity.deleteKey}
          typed={doomed}
          act={() => deleteKey(userName, doomed)}
          told={words.identity.keyDeleted}
          onCancel={() => setDoomed(undefined)}
          onDone={() => {
            setDoomed(undefined);
            again();
          }}
        >
          {words.identity.deleteKeyText}
        </Confirm>
      )}
    </SpaceBetween>
  );
}
