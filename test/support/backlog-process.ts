import type { Posting } from "../../src/model/protocol.js";
import type { EpochMs } from "../../src/model/time.js";
import { openDatabase } from "../../src/store/database.js";
import { createLedger } from "../../src/store/ledger.js";
import { energyOf, itemsPerAccount, ledgerAccounts } from "./backlog.js";

interface Books {
  readonly seen: readonly number[];
  readonly sum: number;
}

/** Node writes to a pipe synchronously: nothing said is lost when the process is killed. */
function say(word: string, account: string, item: number): void {
  process.stdout.write(`${word} ${account}/${item}\n`);
}

function contribution(account: string, item: number): Posting {
  return {
    account,
    apply(found) {
      const books: Books = found === undefined ? { seen: [], sum: 0 } : JSON.parse(JSON.stringify(found));
      const nothing = { devices: [], readings: [], events: [], anomalies: [] };
      if (found !== undefined && books.seen.includes(item)) return { books: found, ...nothing };
      say("applied", account, item);
      return { books: { seen: [...books.seen, item], sum: books.sum + energyOf(account, item) }, ...nothing };
    },
  };
}

const db = await openDatabase(process.argv[2] ?? "");
const ledger = createLedger(db);
for (const _round of [1, 2]) {
  for (let item = 0; item < itemsPerAccount; item += 1) {
    await Promise.all(
      ledgerAccounts.map(async (account) => {
        await ledger.post(contribution(account, item), 0 as EpochMs);
        say("acknowledged", account, item);
      }),
    );
  }
}
await db.close();
