import { importIntoStore } from "../../src/composition/importing.js";
import { systemClock } from "../../src/runtime/clock.js";

/** Imports the files again and again, and says each time that it begins; ends only by being killed. */
const [, , dataDir = "", ...files] = process.argv;
for (;;) {
  for (const file of files) {
    process.stdout.write(`${file}\n`);
    await importIntoStore(dataDir, [file], { clock: systemClock });
  }
}
