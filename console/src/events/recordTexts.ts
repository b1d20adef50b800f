// The records of an answer as the server wrote them. Reading and writing them anew would round large numbers.

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [0x5b, 0x5d, 0x7b, 0x7d];

/** How deep the members of an event stand: in an object, in the list of events, in the answer. */
const EVENT_DEPTH = 3;

/** The text of each `record` in `{"events":[{…,"record":…}]}`, which must be JSON. */
export function recordTexts(answer: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let name = "";
  let from = -1;
  let last = "";
  for (let index = 0; index < answer.length; index++) {
    const code = answer.charCodeAt(index);
    if (code === QUOTE) {
      const begin = index + 1;
      index = endOfString(answer, begin);
      if (depth === EVENT_DEPTH) last = answer.slice(begin, index);
    } else if (code === COLON && depth === EVENT_DEPTH) {
      name = last;
      if (name === "record") from = index + 1;
    } else if (code === OPEN || code === OPEN_LIST) {
      depth++;
    } else if (code === CLOSE || code === CLOSE_LIST || code === COMMA) {
      if (depth === EVENT_DEPTH && from >= 0) {
        found.push(answer.slice(from, index));
        from = -1;
      }
      if (code !== COMMA) depth--;
    }
  }
  return found;
}

/** Where the quote stands that ends the string which begins there. */
function endOfString(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}
