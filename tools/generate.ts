import { writeFileSync } from "node:fs";
import { generatedFiles } from "./reference/generated-files.js";

for (const { path, text } of await generatedFiles()) {
  writeFileSync(path, text);
  console.log(path);
}
