// The head of a column, whose width can be changed by pointer and by keyboard.
import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { words } from "../words.ts";

const [WIDTH_MIN, WIDTH_MAX, STEP] = [60, 1000, 20];

interface ColumnHeadProps {
  label: string;
  width: number;
  onWidth(width: number): void;
}

export function ColumnHead({ label, width, onWidth }: ColumnHeadProps) {
  const drag = useRef<{ x: number; width: number }>(undefined);
  const change = (next: number) => onWidth(Math.max(WIDTH_MIN, Math.min(WIDTH_MAX, Math.round(next))));
  const begin = (event: PointerEvent<HTMLSpanElement>) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { x: event.clientX, width };
  };
  const key = (event: KeyboardEvent) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    event.stopPropagation();
    change(width + (event.key === "ArrowLeft" ? -STEP : STEP));
  };
  return (
    <th scope="col">
      <span className="label">{label}</span>
      <span
        className="width"
        role="separator"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label={words.events.widthOf(label)}
        aria-valuemin={WIDTH_MIN}
        aria-valuemax={WIDTH_MAX}
        aria-valuenow={width}
        onPointerDown={begin}
        onPointerMove={(event) => drag.current !== undefined && change(drag.current.width + event.clientX - drag.current.x)}
        onPointerUp={() => (drag.current = undefined)}
        onKeyDown={key}
      />
    </th>
  );
}
