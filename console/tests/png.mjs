// Makes PNGs of screens small: at most 256 colours, each near the one that was there.
import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOURS_MAX = 256;

/** Takes a PNG of a browser: eight bits a channel, no interlacing. */
export function packed(png) {
  const { width, height, pixels } = read(png);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const { palette, places } = nearest([...counts].sort(([, one], [, other]) => other - one).map(([colour]) => colour));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0, at = 0; y < height; y++) for (let x = 0; x < width; x++, at++) rows[y * (width + 1) + 1 + x] = places.get(pixels[at]);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const parts = [chunk("IHDR", head), chunk("PLTE", colours), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...parts]);
}

/** The palette, and the place in it of each colour. A colour is in it when none of it is near; what is near grows until all fit. */
function nearest(colours) {
  for (let distance = 0; ; distance += 4) {
    const palette = [];
    const places = new Map();
    for (const colour of colours) {
      let place = palette.findIndex((other) => apart(colour, other) <= distance);
      if (place < 0) place = palette.push(colour) - 1;
      if (place === COLOURS_MAX) break;
      places.set(colour, place);
    }
    if (places.size === colours.length) return { palette, places };
  }
}

/** How far two colours are apart: the sum over their channels. */
function apart(one, other) {
  return Math.abs((one >> 16) - (other >> 16)) + Math.abs(((one >> 8) & 255) - ((other >> 8) & 255)) + Math.abs((one & 255) - (other & 255));
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

/** The pixels as numbers, `0xRRGGBB`. */
function read(png) {
  const parts = [];
  let head;
  for (let at = SIGNATURE.length; at < png.length; at += png.readUInt32BE(at) + 12) {
    const type = png.toString("latin1", at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    if (type === "IHDR") head = data;
    if (type === "IDAT") parts.push(data);
  }
  const [width, height, depth, kind, , , interlaced] = [head.readUInt32BE(0), head.readUInt32BE(4), ...head.subarray(8)];
  const channels = { 2: 3, 6: 4 }[kind];
  if (depth !== 8 || channels === undefined || interlaced !== 0) throw new Error("not a PNG of a browser");
  const bytes = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  let above = Buffer.alloc(stride);
  const pixels = new Array(width * height);
  for (let y = 0; y < height; y++) {
    const begin = y * (stride + 1);
    const row = bytes.subarray(begin + 1, begin + 1 + stride);
    unfilter(bytes[begin], row, above, channels);
    for (let x = 0; x < width; x++) pixels[y * width + x] = (row[x * channels] << 16) | (row[x * channels + 1] << 8) | row[x * channels + 2];
    above = row;
  }
  return { width, height, pixels };
}

/** Takes back what the writer did to a row, by the row above it. */
function unfilter(filter, row, above, channels) {
  if (filter === 0) return;
  for (let at = 0; at < row.length; at++) {
    const left = at < channels ? 0 : row[at - channels];
    const corner = at < channels ? 0 : above[at - channels];
    row[at] += [0, left, above[at], (left + above[at]) >> 1, paeth(left, above[at], corner)][filter];
  }
}

function paeth(left, above, corner) {
  const guess = left + above - corner;
  const [toLeft, toAbove, toCorner] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
