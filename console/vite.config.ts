// How the console is built, and how it is served while one works on it.
import { defineConfig, loadEnv } from "vite";

// `npm run dev` hands everything that is not the console's to this server.
const server = loadEnv("development", ".", "CAIRN_")["CAIRN_URL"] ?? "http://127.0.0.1:4580";

export default defineConfig({
  base: "/_console/",
  resolve: {
    // The SDK's reader of XML for browsers gives text to the browser's parser, which Trusted Types forbid. The other one reads it itself.
    alias: [{ find: /^\.\/xml-parser$/, replacement: new URL("node_modules/@aws-sdk/xml-builder/dist-es/xml-parser.js", import.meta.url).pathname }],
  },
  build: {
    outDir: "build",
    target: "es2022",
    manifest: true,
    // Data URLs of fonts and pictures would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // A browser asks for six files at a time: what every visit needs comes as one, and what many pages share as another.
        codeSplitting: {
          groups: [
            { name: "frame", tags: ["$initial"], priority: 2 },
            { name: "pages", minShareCount: 4, priority: 1 },
          ],
        },
      },
      // "use client" means nothing here, and every file of Cloudscape says it.
      onLog: (level, log, handler) => (log.code === "MODULE_LEVEL_DIRECTIVE" ? undefined : handler(level, log)),
    },
  },
  server: {
    proxy: {
      // Host stays as it is: it is signed. GET of a page is vite's, everything else the server's.
      "^/(?!_console/)": { target: server, bypass: (request) => (request.method === "GET" && request.url === "/" ? "/_console/" : undefined) },
    },
  },
});
