import type { Texts } from "../texts.js";
import { captures } from "./captures.js";
import { checks } from "./checks.js";
import { device } from "./device.js";
import { guides } from "./guides.js";
import { overview } from "./overview.js";
import { page } from "./page.js";
import { privacy } from "./privacy.js";
import { problems } from "./problems.js";
import { sessions } from "./sessions.js";
import { setup } from "./setup.js";
import { time } from "./time.js";

/** All that the page says in German. */
export const de: Texts = {
  ...{ page, time, overview, problems, device, sessions },
  ...{ captures, setup, guides, checks, privacy },
};
