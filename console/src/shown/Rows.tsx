// A table of any length, of which only the rows in sight are laid out. Looks and speaks like the others.
import { type KeyboardEvent, memo, type ReactNode, type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { ColumnHead } from "./ColumnHead.tsx";

export interface Column<T> {
  id: string;
  label: string;
  width: number;
  isRowHeader?: boolean;
  cell(item: T): ReactNode;
}

interface RowsProps<T> {
  label: string;
  items: readonly T[];
  columns: readonly Column<T>[];
  /** Unique among the items. */
  idOf(item: T): string;
  /** Whether there are more than these. */
  isWhole: boolean;
  /** Lines of text in a row. */
  lines: number;
  selected: ReadonlySet<string>;
  mayBeSelected(id: string): boolean;
  selectLabel(item: T): string;
  onSelect(item: T, isSelected: boolean): void;
  /** Enter on a row. */
  onOpen(item: T): void;
  /** The end has come near. */
  onEnd(): void;
}

const LINE_PIXELS = 20;
const ROW_PADDING = 13;
/** Rows beyond what is in sight, and by how many the window moves. */
const BEYOND = 12;
const STEP = 6;
const NEAR_END = 60;
const SELECT_WIDTH = 44;

export function Rows<T>(props: RowsProps<T>) {
  const { label, items, columns, idOf, isWhole, lines, onEnd } = props;
  const frame = useRef<HTMLDivElement>(null);
  const height = lines * LINE_PIXELS + ROW_PADDING;
  const [widths, setWidths] = useState<Record<string, number>>({});
  const { first, last } = useWindow(frame, items.length, height);
  useAnchor(frame, items, idOf, height);
  useEffect(() => {
    if (last >= items.length - NEAR_END) onEnd();
  }, [last, items.length, onEnd]);
  const { active, setActive, onKeyDown } = useKeys(frame, props, height);

  const widthOf = (column: Column<T>) => widths[column.id] ?? column.width;
  const width = SELECT_WIDTH + columns.reduce((sum, column) => sum + widthOf(column), 0);
  const shown = items.slice(first, last);
  return (
    <div className="rows" ref={frame} tabIndex={0} role="group" aria-label={label} onKeyDown={onKeyDown}>
      <table aria-label={label} aria-rowcount={isWhole ? items.length + 1 : -1} aria-colcount={columns.length + 1} style={{ inlineSize: width }}>
        <colgroup>
          <col style={{ inlineSize: SELECT_WIDTH }} />
          {columns.map((column) => <col key={column.id} style={{ inlineSize: widthOf(column) }} />)}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <td />
            {columns.map((column) => (
              <ColumnHead
                key={column.id}
                label={column.label}
                width={widthOf(column)}
                onWidth={(next) => setWidths((widths) => ({ ...widths, [column.id]: next }))}
              />
            ))}
          </tr>
        </thead>
        <tbody className={lines === 1 ? "single" : undefined} style={{ "--row": `${height}px`, "--lines": lines } as object}>
          {first > 0 && <tr aria-hidden="true" style={{ blockSize: first * height }} />}
          {shown.map((item, index) => {
            const id = idOf(item);
            return (
              <Row
                key={id}
                id={id}
                item={item}
                position={first + index}
                columns={columns}
                isActive={active === id}
                isSelected={props.selected.has(id)}
                maySelect={props.mayBeSelected(id)}
                selectLabel={props.selectLabel}
                onSelect={props.onSelect}
                onFocus={setActive}
              />
            );
          })}
          {last < items.length && <tr aria-hidden="true" style={{ blockSize: (items.length - last) * height }} />}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps<T> {
  id: string;
  item: T;
  position: number;
  columns: readonly Column<T>[];
  isActive: boolean;
  isSelected: boolean;
  maySelect: boolean;
  selectLabel(item: T): string;
  onSelect(item: T, isSelected: boolean): void;
  onFocus(id: string): void;
}

function PlainRow<T>({ id, item, position, columns, isActive, isSelected, maySelect, selectLabel, onSelect, onFocus }: RowProps<T>) {
  return (
    <tr
      aria-rowindex={position + 2}
      aria-selected={isSelected}
      className={isSelected ? "chosen" : undefined}
      data-row={id}
      tabIndex={isActive ? 0 : -1}
      onFocus={() => onFocus(id)}
    >
      <td>
        <input
          type="checkbox"
          aria-label={selectLabel(item)}
          checked={isSelected}
          disabled={!maySelect}
          onChange={(event) => onSelect(item, event.currentTarget.checked)}
        />
      </td>
      {columns.map((column) =>
        column.isRowHeader === true
          ? <th key={column.id} scope="row"><div className="lines">{column.cell(item)}</div></th>
          : <td key={column.id}><div className="lines">{column.cell(item)}</div></td>,
      )}
    </tr>
  );
}

// The cast keeps the type parameter, which `memo` forgets.
const Row = memo(PlainRow) as typeof PlainRow;

/** Which rows are laid out. Changes with every few rows that are scrolled, not with each pixel. */
function useWindow(frame: RefObject<HTMLDivElement | null>, count: number, height: number): { first: number; last: number } {
  const [place, setPlace] = useState({ from: 0, rows: 20 });
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const look = () => {
      const from = Math.floor(element.scrollTop / height / STEP) * STEP;
      const rows = Math.ceil(element.clientHeight / height);
      setPlace((place) => (place.from === from && place.rows === rows ? place : { from, rows }));
    };
    look();
    const sized = new ResizeObserver(look);
    sized.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      sized.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [height]);
  const first = Math.max(0, Math.min(place.from, count) - BEYOND);
  return { first, last: Math.min(count, place.from + place.rows + STEP + BEYOND) };
}

/** Keeps in place what one reads while new rows come above it. At the top one sees them come. */
function useAnchor<T>(frame: RefObject<HTMLDivElement | null>, items: readonly T[], idOf: (item: T) => string, height: number): void {
  const before = useRef<readonly T[]>(items);
  useLayoutEffect(() => {
    const element = frame.current;
    const [old, first] = [before.current, before.current[0]];
    before.current = items;
    if (element === null || first === undefined || old === items || element.scrollTop < height) return;
    const anchor = old[Math.floor(element.scrollTop / height)] ?? first;
    const [was, is] = [old.indexOf(anchor), items.findIndex((item) => idOf(item) === idOf(anchor))];
    if (is > was) element.scrollTop += (is - was) * height;
  }, [items]);
}

/** Arrows, pages, ends and Enter; the row that has the focus stays the one to go on from when it has left the window. */
function useKeys<T>(frame: RefObject<HTMLDivElement | null>, { items, idOf, onOpen }: RowsProps<T>, height: number) {
  const [active, setActive] = useState<string>();
  const wanted = useRef<string>(undefined);
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    const row = frame.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(wanted.current)}"]`);
    if (row === null || row === undefined) return;
    wanted.current = undefined;
    row.focus({ preventScroll: true });
  });
  const onKeyDown = useCallback((event: KeyboardEvent<HTMLDivElement>) => {
    const element = frame.current;
    if (element === null || items.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = active === undefined ? -1 : items.findIndex((item) => idOf(item) === active);
    const target = event.target as HTMLElement;
    if (event.key === "Enter") {
      const item = items[at];
      // A link or a box in the row does what it does.
      if (item !== undefined && target.matches("tr")) onOpen(item);
      return;
    }
    const page = Math.max(1, Math.floor(element.clientHeight / height) - 2);
    const steps: Record<string, number> = {
      ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: items.length - 1,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(items.length - 1, step));
    const item = items[next];
    if (item === undefined) return;
    const head = height;
    if (next * height < element.scrollTop) element.scrollTop = next * height;
    else if ((next + 2) * height + head > element.scrollTop + element.clientHeight) element.scrollTop = (next + 2) * height + head - element.clientHeight;
    wanted.current = idOf(item);
    setActive(idOf(item));
  }, [items, active, height, idOf, onOpen]);
  return { active, setActive, onKeyDown };
}
