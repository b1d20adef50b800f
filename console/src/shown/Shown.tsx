// A string from an event, as text and nothing but text.
import { words } from "../words.ts";
import { pieces } from "./visible.ts";

/** More than this is cut, with a word of how much is not shown. */
const CHARACTERS_MAX = 2000;

interface ShownProps {
  text: string | undefined;
  /** Characters to show at most. */
  most?: number;
}

export function Shown({ text, most = CHARACTERS_MAX }: ShownProps) {
  if (text === undefined || text === "") return <span>–</span>;
  const cut = text.length > most ? text.slice(0, most) : text;
  return (
    <bdi className="shown">
      {pieces(cut).map((piece, index) =>
        piece.isMark ? <span key={index} className="mark">{piece.text}</span> : piece.text,
      )}
      {cut.length < text.length && <span className="cut"> {words.cut(text.length - cut.length)}</span>}
    </bdi>
  );
}
