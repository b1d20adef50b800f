// Packs what vite built into dist/, from where the server embeds it, and holds each page to its size.
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

const INITIAL_BYTES_MAX = 700 * 1024;
const PAGE_BYTES_MAX = 150 * 1024;

const built = new URL("build/", import.meta.url).pathname;
const packed = new URL("dist/", import.meta.url).pathname;

for (const entry of readdirSync(packed)) {
  if (entry !== ".gitignore") rmSync(join(packed, entry), { recursive: true });
}
const sizes = new Map();
for (const name of readdirSync(built, { recursive: true })) {
  const path = join(built, name);
  if (!statSync(path).isFile() || name.startsWith(".vite")) continue;
  const bytes = gzipSync(readFileSync(path), { level: 9 });
  sizes.set(name, bytes.length);
  mkdirSync(dirname(join(packed, name)), { recursive: true });
  writeFileSync(join(packed, `${name}.gz`), bytes);
}

const manifest = JSON.parse(readFileSync(join(built, ".vite/manifest.json"), "utf8"));

/** The files that a chunk brings before it can run. */
function filesOf(key, files = new Set()) {
  const chunk = manifest[key];
  if (chunk === undefined || files.has(chunk.file)) return files;
  files.add(chunk.file);
  for (const style of chunk.css ?? []) files.add(style);
  for (const other of chunk.imports ?? []) filesOf(other, files);
  return files;
}

const size = (files) => [...files].reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0);
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const initial = filesOf(entry);
let tooLarge = false;
function report(name, bytes, limit) {
  tooLarge ||= bytes > limit;
  console.log(`${name.padEnd(28)} ${(bytes / 1024).toFixed(1).padStart(7)} KiB of ${limit / 1024}`);
}
report("initial", size(initial) + (sizes.get("index.html") ?? 0), INITIAL_BYTES_MAX);
for (const [key, chunk] of Object.entries(manifest)) {
  if (!chunk.isDynamicEntry) continue;
  report(chunk.name, size([...filesOf(key)].filter((file) => !initial.has(file))), PAGE_BYTES_MAX);
}
if (tooLarge) {
  console.error("A page is larger than it may be.");
  process.exit(1);
}
