// Says, as the account that runs it, which socket options the system allows. One JSON object on standard output.
import { createServer } from "node:net";
import { loadSocketOptions } from "../../src/relay/arrival/socket-options.js";

const sockets = await loadSocketOptions();
const server = createServer();
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const attempt = (action: () => unknown): string => {
  try {
    action();
    return "allowed";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
const words = {
  mayMark: sockets.mayMark(),
  transparent: attempt(() => sockets.makeTransparent(server)),
  mark: attempt(() => sockets.openSocket("127.0.0.1", { mark: 2 }).destroy()),
  from: attempt(() => sockets.openSocket("127.0.0.1", { from: "198.51.100.7" }).destroy()),
};
server.close();
process.stdout.write(JSON.stringify(words));
