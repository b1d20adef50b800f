// A policy's document, with what the check finds at its lines.
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useMemo } from "react";
import { useAsked } from "../app/useAsked.ts";
import { checkPolicy, type Finding } from "../server/server.ts";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";

/** As one reads it. The check is given the same text, so that its lines are these. */
export function laidOut(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), null, 2);
  } catch {
    return document;
  }
}

const LOOK = { error: "error", warning: "warning", suggestion: "info" } as const;

interface PolicyTextProps {
  document: string;
  kind: "identity" | "resource" | "trust";
}

export function PolicyText({ document, kind }: PolicyTextProps) {
  const text = useMemo(() => laidOut(document), [document]);
  const { value: findings, trouble } = useAsked(`${kind}\n${text}`, (signal) => checkPolicy(text, kind, signal));
  return (
    <SpaceBetween size="s">
      <div role="status"><Verdict findings={findings} trouble={trouble && `${trouble.title}: ${trouble.message}`} /></div>
      <section className="json" tabIndex={0} aria-label={words.identity.document}>
        {text.split("\n").map((line, at) => (
          <div key={at}>
            {line.slice(0, line.length - line.trimStart().length)}<Shown text={line.trimStart()} />
            {findings?.filter((finding) => finding.line === at + 1).map((finding, index) => <Told key={index} finding={finding} />)}
          </div>
        ))}
      </section>
    </SpaceBetween>
  );
}

export function Verdict({ findings, trouble }: { findings: Finding[] | undefined; trouble: string | undefined }) {
  if (trouble !== undefined) return <StatusIndicator type="info">{words.identity.unchecked}: <Shown text={trouble} /></StatusIndicator>;
  if (findings === undefined) return <StatusIndicator type="loading">{words.identity.checking}</StatusIndicator>;
  if (findings.length === 0) return <StatusIndicator type="success">{words.identity.noFindings}</StatusIndicator>;
  return (
    <SpaceBetween size="xxs">
      <Box variant="h4">{words.identity.findings} ({findings.length})</Box>
      {findings.map((finding, index) => (
        <div key={index}>
          {finding.line !== undefined && `${words.identity.line(finding.line)}: `}
          <Told finding={finding} />
        </div>
      ))}
    </SpaceBetween>
  );
}

function Told({ finding: { severity, message } }: { finding: Finding }) {
  return <StatusIndicator type={LOOK[severity] ?? "info"}>{words.identity.severities[severity] ?? severity}: <Shown text={message} /></StatusIndicator>;
}
