import { Miniflare } from "miniflare";

const server = new Miniflare({ scriptPath: "build/index.js" });
