// Counts over time, drawn; each bar leads to its events.
import { go } from "../app/location.ts";
import type { Slot } from "../events/counted.ts";
import { words } from "../words.ts";
import { timeText, type Zone } from "./time.ts";

const HEIGHT = 100;

interface BarsProps {
  label: string;
  slots: readonly Slot[];
  zone: Zone;
  address(slot: Slot): string;
}

export function Bars({ label, slots, zone, address }: BarsProps) {
  const most = Math.max(1, ...slots.map(({ count }) => count));
  const [first, last] = [slots[0], slots.at(-1)];
  return (
    <figure aria-label={label} className="figure">
      <svg className="bars" viewBox={`0 0 ${slots.length * 10} ${HEIGHT}`} preserveAspectRatio="none">
        <title>{label}</title>
        <line className="axis" x1="0" x2={slots.length * 10} y1={HEIGHT} y2={HEIGHT} />
        {slots.map((slot, index) => {
          const height = (slot.count / most) * (HEIGHT - 4);
          if (slot.count === 0) return null;
          const told = words.dashboard.minuteLabel(timeText(slot.from, zone), slot.count);
          const to = address(slot);
          return (
            <a
              key={slot.from.getTime()}
              href={to}
              aria-label={told}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                go(to);
              }}
            >
              <title>{told}</title>
              <rect x={index * 10 + 1} width="8" y={HEIGHT - height} height={height} />
            </a>
          );
        })}
      </svg>
      <figcaption className="ends">
        <span>{timeText(first?.from, zone)}</span>
        <span>0 – {most}</span>
        <span>{timeText(last?.to, zone)}</span>
      </figcaption>
    </figure>
  );
}
