import { sum8 } from "../../wire/checksum.js";
import { answerStep, frameTypes } from "./enums.js";
import { isAcknowledgementType, isAnswerType } from "./exchanges.js";

/** Bytes of a frame: docs/protocols/solarman.md §2. */
const serverSequenceAt = 5;
const deviceSequenceAt = 6;

/** In place of a device's number: the frame was Cloudtap's own, to open a cloud leg with. */
export const greeting = "greeting";

/** More received frames than can be on their way to the cloud; older ones never go there. */
const mostReceived = 256;

/**
 * The sequence numbers of one logger as its cloud must see them. Bytes pass unchanged until Cloudtap has said something of
 * its own or kept a frame from the cloud: from then on the two legs count differently, and frames get numbers on their way.
 */
export class CloudNumbers {
  #isShifted = false;
  /** Byte 6 of the last frame that the cloud saw on this leg. */
  #last: number | undefined;
  #newest = 0;
  /** What the device, or Cloudtap, calls the frames that the cloud knows by their number. */
  readonly #origins = new Map<number, number | typeof greeting>();
  /** Byte 6 of the frames that came from the device and did not go to the cloud yet. */
  #received: number[] = [];

  /** Byte 5 of the newest frame that the cloud sent on this leg; 0: none yet. */
  get newest(): number {
    return this.#newest;
  }

  /** Cloudtap says something of its own, to the device or to the cloud. */
  shift(): void {
    this.#isShifted = true;
    this.#received = [];
  }

  /** A frame came from the device; whether it goes to the cloud is not known yet. */
  noteReceived(frame: Uint8Array): void {
    if (this.#isShifted) return;
    this.#received.push(byteAt(frame, deviceSequenceAt));
    if (this.#received.length > mostReceived) this.#received.shift();
  }

  /** A frame came from the cloud, whether it passes or not. */
  noteCloud(frame: Uint8Array): void {
    this.#newest = byteAt(frame, serverSequenceAt);
  }

  /** The number of the next frame that the cloud sees. */
  next(): number {
    this.#last = ((this.#last ?? 0) + 1) & 0xff;
    return this.#last;
  }

  /** A device's frame for the cloud. Reports tell the newest number of this cloud leg, answers that of their command. */
  toCloud(frame: Uint8Array): Uint8Array {
    const number = byteAt(frame, deviceSequenceAt);
    this.#noteSent(number);
    if (!this.#isShifted) {
      this.#last = number;
      this.#origins.set(number, number);
      return frame;
    }
    const cloudNumber = this.next();
    this.#origins.set(cloudNumber, number);
    const serverNumber = isAnswerType(frame[4]) ? byteAt(frame, serverSequenceAt) : this.#newest;
    return renumbered(frame, serverNumber, cloudNumber);
  }

  /** A frame of the cloud for the device: acknowledgements get the number of the device's frame back. */
  toDevice(frame: Uint8Array): Uint8Array {
    const origin = this.originOf(frame);
    if (!isAcknowledgementType(frame[4]) || origin === greeting) return frame;
    return renumbered(frame, byteAt(frame, serverSequenceAt), origin);
  }

  /** What an acknowledgement of the cloud acknowledges, by the device's own number. */
  originOf(acknowledgement: Uint8Array): number | typeof greeting {
    const number = byteAt(acknowledgement, deviceSequenceAt);
    const origin = this.#origins.get(number) ?? number;
    return origin === greeting && acknowledgement[4] !== helloAcknowledgement ? number : origin;
  }

  /** A new cloud leg is opened; everything on it counts anew. */
  beginLeg(): void {
    this.shift();
    this.#last = undefined;
    this.#newest = 0;
    this.#origins.clear();
  }

  /** The first frame of a new cloud leg, from a hello of the device. */
  greet(hello: Uint8Array): Uint8Array {
    this.beginLeg();
    const number = this.next();
    this.#origins.set(number, greeting);
    // Nothing goes to this leg before its acknowledgement came, which counts on from here.
    this.#newest = 1;
    return renumbered(hello, 0, number);
  }

  /** A frame that was passed over stays here, so that the cloud would miss its number. */
  #noteSent(number: number): void {
    const index = this.#received.indexOf(number);
    if (index > 0) this.shift();
    else this.#received.splice(0, index + 1);
  }
}

const helloAcknowledgement = frameTypes.hello - answerStep;

/** A copy with other sequences, and the checksum that belongs to it; the same frame where they are the same. */
function renumbered(frame: Uint8Array, serverSequence: number, deviceSequence: number): Uint8Array {
  if (frame[serverSequenceAt] === serverSequence && frame[deviceSequenceAt] === deviceSequence) return frame;
  const copy = frame.slice();
  copy[serverSequenceAt] = serverSequence;
  copy[deviceSequenceAt] = deviceSequence;
  copy[copy.length - 2] = sum8(copy, 1, copy.length - 2);
  return copy;
}

function byteAt(frame: Uint8Array, at: number): number {
  return frame[at] ?? 0;
}
