// A trail's files proved by the server, which tells how far it is while it goes on: one JSON a line.
import { answerOf } from "../session/route.ts";

export interface Progress {
  digests: number;
  logFiles: number;
}

export interface Counted {
  valid: number;
  invalid: number;
}

export interface Result {
  isValid: boolean;
  digests: Counted;
  logFiles: Counted;
  findings: { key: string; message: string }[];
  /** How many findings are not among these. */
  findingsLeftOut?: number;
  /** Nothing where nothing was found to begin with. */
  start?: number | null;
  end: number;
}

interface Line {
  progress?: Progress;
  result?: Result;
  error?: { message?: string };
}

export async function validate(trail: string, span: { start?: number; end?: number }, onProgress: (progress: Progress) => void, signal: AbortSignal, cut: string): Promise<Result> {
  const answer = await answerOf("POST", "/v1/trails/validate", { body: { trail, ...span }, signal });
  let result: Result | undefined;
  for await (const line of linesOf(answer)) {
    const told = readLine(line, cut);
    if (told.error !== undefined) throw new Error(told.error.message ?? cut);
    if (told.progress !== undefined) onProgress(told.progress);
    result = told.result ?? result;
  }
  if (result === undefined) throw new Error(cut);
  return result;
}

/** A line that breaks off in the middle is the end of an answer that was cut. */
function readLine(line: string, cut: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    throw new Error(cut);
  }
}

async function* linesOf(answer: Response): AsyncGenerator<string> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done = true, value = "" } = (await reader?.read()) ?? {};
    const lines = (rest + value).split("\n");
    rest = done ? "" : (lines.pop() ?? "");
    for (const line of lines) if (line.trim() !== "") yield line;
    if (done) return;
  }
}
