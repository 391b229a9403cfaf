#!/usr/bin/env node
import { createProcessContext } from "./context.js";
import { main } from "./program.js";

// A reader that has seen enough, such as `head`, is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

process.exit(await main(process.argv.slice(2), createProcessContext()));
