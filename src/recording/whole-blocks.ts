import { CloudtapError } from "../runtime/errors.js";
import { ByteQueue } from "../wire/byte-queue.js";
import { blockTypes, byteOrderMagic, isBlockLength, minBlockBytes } from "../wire/pcapng-block.js";

/**
 * The bytes of a pcapng file without a last block that is not all there: that of a file which is being written. Throws
 * CloudtapError RECORDING_BROKEN at what is no block.
 */
export async function* wholeBlocks(
  source: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const queue = new ByteQueue();
  const order = new SectionOrder();
  for await (const chunk of source) {
    queue.push(chunk);
    for (let head = queue.peek(minBlockBytes); head !== undefined; head = queue.peek(minBlockBytes)) {
      const length = order.blockBytes(head);
      if (!isBlockLength(length))
        throw new CloudtapError("RECORDING_BROKEN", `${name}: expected a pcapng block at byte ${queue.offset}`);
      const block = queue.peek(length);
      if (block === undefined) break;
      yield block;
      queue.skip(length);
    }
  }
}

/** Every section says in which order the bytes of its numbers stand. */
class SectionOrder {
  #isLittle = true;

  /** Total length of the block that begins so. */
  blockBytes(head: Uint8Array): number {
    const view = new DataView(head.buffer, head.byteOffset, minBlockBytes);
    if (view.getUint32(0) === blockTypes.section) this.#isLittle = view.getUint32(8, true) === byteOrderMagic;
    return view.getUint32(4, this.#isLittle);
  }
}
