import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";

/** Content type of captures. */
export const pcapng = "application/x-pcapng";

/** Has the answer kept as a file. `name`: what is no plain character in it is replaced. `bytes` undefined: not known yet. */
export function attach(reply: FastifyReply, name: string, bytes: number | undefined): void {
  reply.header("content-type", pcapng);
  reply.header("content-disposition", `attachment; filename="${name.replaceAll(/[^\w.-]/g, "_")}"`);
  if (bytes !== undefined) reply.header("content-length", bytes);
}

/**
 * What `chunks` gives, as fast as it is taken. Waits for the first of them: what fails at once is thrown. Where the stream is
 * destroyed, no more is asked for, and `chunks` are told.
 */
export async function streamOf(chunks: AsyncIterable<Uint8Array>): Promise<Readable> {
  const source = chunks[Symbol.asyncIterator]();
  const first = await source.next();
  let next: IteratorResult<Uint8Array> | undefined = first;
  const take = async (): Promise<Uint8Array | null> => {
    const { done, value } = next ?? (await source.next());
    next = undefined;
    return done ? null : value;
  };
  return new Readable({
    read() {
      take().then(
        (chunk) => this.push(chunk),
        (error: Error) => this.destroy(error),
      );
    },
    destroy(error, done) {
      Promise.resolve(source.return?.()).then(
        () => done(error),
        () => done(error),
      );
    },
  });
}
