// JSON as one reads it: indented, searched, copied.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useDeferredValue, useMemo, useState } from "react";
import { words } from "../words.ts";
import { pieces } from "./visible.ts";

/** More than this is not laid out; the copy has everything. */
const SHOWN_CHARACTERS_MAX = 200_000;

interface JsonProps {
  raw: string;
  /** What `raw` holds; undefined when it is no JSON. */
  value: unknown;
}

export function Json({ raw, value }: JsonProps) {
  const [sought, setSought] = useState("");
  const wanted = useDeferredValue(sought.toLowerCase());
  const text = useMemo(() => (value === undefined ? raw : JSON.stringify(value, null, 2)), [raw, value]);
  const isCut = text.length > SHOWN_CHARACTERS_MAX;
  const lines = useMemo(() => text.slice(0, SHOWN_CHARACTERS_MAX).split("\n"), [text]);
  const found = useMemo(() => (wanted === "" ? 0 : lines.filter((line) => line.toLowerCase().includes(wanted)).length), [lines, wanted]);
  return (
    <SpaceBetween size="xs">
      {value === undefined && <Alert type="warning">{words.event.notJson}</Alert>}
      {isCut && <Alert type="info">{words.event.cut(`${Math.ceil(text.length / 1024)} KiB`)}</Alert>}
      <SpaceBetween size="xs" direction="horizontal" alignItems="center">
        <Input
          type="search"
          ariaLabel={words.event.search}
          placeholder={words.event.search}
          value={sought}
          onChange={({ detail }) => setSought(detail.value)}
        />
        {wanted !== "" && <Box color="text-status-inactive">{words.event.found(found)}</Box>}
        <Copy text={raw} />
      </SpaceBetween>
      <section className="json" tabIndex={0} aria-label={words.event.record}>
        {lines.map((line, index) => (
          <Line key={index} text={line} wanted={wanted} />
        ))}
      </section>
    </SpaceBetween>
  );
}

function Line({ text, wanted }: { text: string; wanted: string }) {
  return (
    <>
      {marked(text, wanted)}
      {"\n"}
    </>
  );
}

/** A line with its hidden characters spelled out and what is sought marked. */
function marked(text: string, wanted: string): ReactNode[] {
  const lower = text.toLowerCase();
  // Lower case may be longer than what it was made from; then nothing can be pointed at.
  if (wanted === "" || lower.length !== text.length) return spelled(text, 0);
  const nodes: ReactNode[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    nodes.push(...spelled(text.slice(from, at), from));
    from = at + wanted.length;
    nodes.push(<mark key={`m${at}`}>{spelled(text.slice(at, from), at)}</mark>);
  }
  return [...nodes, ...spelled(text.slice(from), from)];
}

function spelled(text: string, offset: number): ReactNode[] {
  return pieces(text).map((piece, index) => {
    const key = `${offset}-${index}`;
    return piece.isMark ? <span key={key} className="mark">{piece.text}</span> : <span key={key}>{piece.text}</span>;
  });
}

function Copy({ text }: { text: string }) {
  const [result, setResult] = useState<string>();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setResult(words.event.copied);
    } catch {
      setResult(words.event.copyFailed);
    }
  };
  return (
    <SpaceBetween size="xs" direction="horizontal" alignItems="center">
      <Button iconName="copy" onClick={copy}>{words.event.copy}</Button>
      <span role="status">{result}</span>
    </SpaceBetween>
  );
}
