import type { en } from "./en/index.js";
import type { Wording } from "./wording.js";

/** All that the page says, in one language. */
export type Texts = Wording<typeof en>;
