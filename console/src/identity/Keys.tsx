// A user's access keys: made with the secret shown once, switched off and on, deleted.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
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
import { save } from "../events/download.ts";
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
  const [ending, setEnding] = useState<string>();
  const { isWaiting, trouble, run } = useAct();
  const create = () =>
    run(async () => {
      const key = await createKey(userName);
      setMade({ id: key?.AccessKeyId ?? "", secret: key?.SecretAccessKey ?? "" });
      again();
    });
  const activate = async (id: string) => {
    if (await run(() => setKey(userName, id, true), words.identity.keyActive)) again();
  };
  /** What the stock command line imports. */
  const download = (id: string, secret: string) =>
    save(`${id}.csv`, "text/csv;charset=utf-8", [new Blob([`User name,Access key ID,Secret access key\r\n${userName},${id},${secret}\r\n`])]);
  return (
    <SpaceBetween size="m">
      <Troubled trouble={trouble} />
      {made !== undefined && (
        <Alert type="warning" header={words.identity.secretTitle} action={<Button onClick={() => setMade(undefined)}>{words.identity.kept}</Button>}>
          <SpaceBetween size="s">
            <span>{words.identity.secretText}</span>
            <KeyValuePairs
              columns={2}
              items={[
                { label: words.identity.key, value: <Copied text={made.id} label={words.identity.copyKey} /> },
                { label: words.identity.secret, value: <Copied text={made.secret} label={words.identity.copySecret} /> },
              ]}
            />
            <Button iconName="download" onClick={() => download(made.id, made.secret)}>{words.identity.downloadKey}</Button>
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
                <Button onClick={() => (Status === "Active" ? setEnding(AccessKeyId) : activate(AccessKeyId))}>{Status === "Active" ? words.identity.deactivate : words.identity.activate}</Button>
                <Button disabled={Status === "Active"} onClick={() => setDoomed(AccessKeyId)}>{words.identity.deleteKey}</Button>
              </SpaceBetween>
            ),
          },
        ]}
      />
      {ending !== undefined && (
        <Confirm
          title={words.identity.deactivateTitle}
          action={words.identity.deactivate}
          act={() => setKey(userName, ending, false)}
          told={words.identity.keyInactive}
          onCancel={() => setEnding(undefined)}
          onDone={() => {
            setEnding(undefined);
            again();
          }}
        >
          <Shown text={ending} /> {words.identity.deactivateText}
        </Confirm>
      )}
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

function Copied({ text, label }: { text: string; label: string }) {
  return (
    <SpaceBetween size="xs" direction="horizontal" alignItems="center">
      <Shown text={text} />
      <CopyToClipboard
        variant="icon"
        textToCopy={text}
        copyButtonAriaLabel={label}
        copySuccessText={words.identity.copied}
        copyErrorText={words.identity.copyFailed}
      />
    </SpaceBetween>
  );
}
