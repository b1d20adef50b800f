// Where a text stops being JSON. Browsers say it each in another way, or not at all.

const WHITE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /true|false|null/y;

class Fault extends Error {
  constructor(readonly at: number) {
    super();
  }
}

/** The line in which a text stops being JSON, from 1; undefined when it is JSON. */
export function faultyLine(text: string): number | undefined {
  try {
    const end = after(WHITE, text, valueFrom(text, after(WHITE, text, 0) ?? 0)) ?? text.length;
    if (end === text.length) return undefined;
    throw new Fault(end);
  } catch (fault) {
    if (fault instanceof Fault) return text.slice(0, fault.at).split("\n").length;
    // Nested deeper than anybody writes.
    return undefined;
  }
}

function after(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

const skip = (text: string, at: number): number => after(WHITE, text, at) ?? at;

function valueFrom(text: string, at: number): number {
  if (text[at] === "{") return listFrom(text, at, "}");
  if (text[at] === "[") return listFrom(text, at, "]");
  const end = after(TEXT, text, at) ?? after(NUMBER, text, at) ?? after(WORD, text, at);
  if (end === undefined) throw new Fault(at);
  return end;
}

function listFrom(text: string, begin: number, close: "}" | "]"): number {
  let at = skip(text, begin + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    if (close === "}") {
      const name = after(TEXT, text, at);
      if (name === undefined) throw new Fault(at);
      at = skip(text, name);
      if (text[at] !== ":") throw new Fault(at);
      at = skip(text, at + 1);
    }
    at = skip(text, valueFrom(text, at));
    if (text[at] === close) return at + 1;
    if (text[at] !== ",") throw new Fault(at);
    at = skip(text, at + 1);
  }
}
