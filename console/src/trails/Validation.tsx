// Proves a trail's files from the page: progress while it goes on, findings when it is done.
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useEffect, useRef, useState } from "react";
import { usePreferences } from "../app/preferences.ts";
import { Troubled } from "../app/Troubled.tsx";
import { Time } from "../events/columns.tsx";
import { isAborted, type Trouble, troubleOf } from "../session/errors.ts";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";
import { type Counted, type Progress, type Result, validate } from "./validation.ts";

const SECONDS: Record<string, number> = { day: 86_400, week: 7 * 86_400, quarter: 90 * 86_400 };
const SPANS = Object.entries(words.trail.spans).map(([value, label]) => ({ value, label }));

export function Validation({ arn }: { arn: string }) {
  const [span, setSpan] = useState("all");
  const [progress, setProgress] = useState<Progress>();
  const [result, setResult] = useState<Result>();
  const [trouble, setTrouble] = useState<Trouble>();
  const running = useRef<AbortController>(undefined);
  // Who leaves the page does not wait for it any more.
  useEffect(() => () => running.current?.abort(), []);
  const begin = async () => {
    const abort = new AbortController();
    running.current = abort;
    setResult(undefined);
    setTrouble(undefined);
    setProgress({ digests: 0, logFiles: 0 });
    const end = Math.floor(Date.now() / 1000);
    const seconds = SECONDS[span];
    try {
      setResult(await validate(arn, seconds === undefined ? {} : { start: end - seconds, end }, setProgress, abort.signal, words.trail.cut));
    } catch (error) {
      if (!isAborted(error)) setTrouble(troubleOf(error));
    }
    setProgress(undefined);
  };
  return (
    <Container header={<Header description={words.trail.validationHelp}>{words.trail.validation}</Header>}>
      <SpaceBetween size="m">
        <SpaceBetween size="s" direction="horizontal" alignItems="center">
          <Select
            ariaLabel={words.trail.span}
            selectedOption={SPANS.find(({ value }) => value === span) ?? null}
            options={SPANS}
            onChange={({ detail }) => setSpan(detail.selectedOption.value ?? "all")}
          />
          <Button variant="primary" loading={progress !== undefined} onClick={begin}>{words.trail.validate}</Button>
          {progress !== undefined && <Button onClick={() => running.current?.abort()}>{words.trails.cancel}</Button>}
        </SpaceBetween>
        <div role="status">
          {progress !== undefined && <StatusIndicator type="in-progress">{words.trail.progress(progress.digests, progress.logFiles)}</StatusIndicator>}
        </div>
        <Troubled trouble={trouble} />
        {result !== undefined && <Outcome result={result} />}
      </SpaceBetween>
    </Container>
  );
}

function Outcome({ result }: { result: Result }) {
  const { zone } = usePreferences();
  const counted = ({ valid, invalid }: Counted) => words.trail.counted(valid, invalid);
  const isEmpty = result.digests.valid + result.digests.invalid === 0;
  const header = !result.isValid ? words.trail.invalid : isEmpty ? words.trail.nothing : words.trail.valid;
  return (
    <SpaceBetween size="m">
      <Alert type={!result.isValid ? "error" : isEmpty ? "info" : "success"} header={header}>
        {result.isValid && isEmpty && words.trail.nothingHelp}
      </Alert>
      <KeyValuePairs
        columns={4}
        items={[
          { label: words.trail.digests, value: counted(result.digests) },
          { label: words.trail.logFiles, value: counted(result.logFiles) },
          { label: words.trail.from, value: <Time time={typeof result.start === "number" ? new Date(result.start * 1000) : undefined} zone={zone} /> },
          { label: words.trail.to, value: <Time time={new Date(result.end * 1000)} zone={zone} /> },
        ]}
      />
      {(result.findingsLeftOut ?? 0) > 0 && <div>{words.trail.leftOut(result.findingsLeftOut ?? 0)}</div>}
      {result.findings.length > 0 && (
        <Table
          variant="embedded"
          wrapLines
          items={result.findings}
          ariaLabels={{ tableLabel: words.trail.findings }}
          columnDefinitions={[
            { id: "message", header: words.trail.finding, minWidth: 200, cell: ({ message }) => <Shown text={message} /> },
            { id: "key", header: words.trail.file, isRowHeader: true, minWidth: 200, cell: ({ key }) => <Shown text={key} most={1100} /> },
          ]}
        />
      )}
    </SpaceBetween>
  );
}
