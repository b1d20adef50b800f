// Text of strangers, so that nothing in it is unseen: characters that hide or turn others are spelled out.

// Controls, marks of direction, zero-width and other invisible characters, tags, lone surrogates.
const HIDDEN = new RegExp(
  [
    "[\\p{Cc}\\p{Cs}\\u00ad\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb]",
    "[\\u034f\\u180b-\\u180d\\u180f\\ufe00-\\ufe0f]",
    "[\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}]",
  ].join("|"),
  "gu",
);

export interface Piece {
  text: string;
  isMark: boolean;
}

/** `U+202E` */
function named(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The text in pieces: as it is, and the marks that stand for characters one would not see. */
export function pieces(text: string, kept = ""): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (kept.includes(match[0])) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index), isMark: false });
    found.push({ text: named(match[0]), isMark: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push({ text: text.slice(from), isMark: false });
  return found;
}

/** The same as one string, for places that take nothing else. */
export function visible(text: string): string {
  return pieces(text).map((piece) => (piece.isMark ? `⟨${piece.text}⟩` : piece.text)).join("");
}
