/** Record types that are told apart here (RFC 1035 §3.2.2, RFC 3596, RFC 5936). All others are alike. */
export const recordTypes = { a: 1, aaaa: 28, opt: 41, incrementalTransfer: 251, zoneTransfer: 252, any: 255 } as const;

export const internetClass = 1;

/** The one question of a message, RFC 1035 §4.1.2. */
export interface Question {
  /** Lower case, without a final dot. A dot within a label is written `\.`. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** Where the message goes on behind it. */
  readonly end: number;
}

/** What of a question's message is looked at. The rest passes as it came. */
export interface Query extends Question {
  readonly id: number;
  readonly opcode: number;
  /** Bytes that the asker takes over UDP; 512 without EDNS. */
  readonly udpBytes: number;
  /** Absent: the asker knows no EDNS (RFC 6891). */
  readonly ednsVersion?: number;
}

const headerBytes = 12;
const nameLimit = 255;
const plainUdpBytes = 512;

/** Undefined for what is no well-formed message with exactly one question. */
export function readQuery(message: Buffer): Query | undefined {
  const question = readQuestion(message);
  if (question === undefined || isReply(message)) return undefined;
  const records = message.readUInt16BE(6) + message.readUInt16BE(8) + message.readUInt16BE(10);
  const edns = readEdns(message, question.end, records);
  if (edns === undefined) return undefined;
  const head = { id: message.readUInt16BE(0), opcode: (message.readUInt8(2) >> 3) & 0x0f };
  return { ...question, ...head, ...edns };
}

/** True where `message` answers this question, sent with this transaction id. */
export function isReplyTo(message: Buffer, id: number, asked: Question): boolean {
  if (message.length < headerBytes || !isReply(message) || message.readUInt16BE(0) !== id) return false;
  // A server that does not understand a question may leave it out of its refusal.
  if (message.readUInt16BE(4) === 0) return readResponseCode(message) !== 0;
  const question = readQuestion(message);
  return question?.name === asked.name && question.type === asked.type && question.class === asked.class;
}

/** 0: there is no error. */
export function readResponseCode(message: Buffer): number {
  return message.readUInt8(3) & 0x0f;
}

function isReply(message: Buffer): boolean {
  return (message.readUInt8(2) & 0x80) !== 0;
}

function readQuestion(message: Buffer): Question | undefined {
  if (message.length < headerBytes || message.readUInt16BE(4) !== 1) return undefined;
  const read = readName(message, headerBytes);
  if (read === undefined || read.end + 4 > message.length) return undefined;
  const { name, end } = read;
  return { name, type: message.readUInt16BE(end), class: message.readUInt16BE(end + 2), end: end + 4 };
}

/** The first name of a message has nothing to point back to: pointers in it are refused. */
function readName(message: Buffer, start: number): { readonly name: string; readonly end: number } | undefined {
  const labels: string[] = [];
  let offset = start;
  for (let length = message[offset]; length !== undefined && length < 0x40; length = message[offset]) {
    if (length === 0) return { name: labels.join("."), end: offset + 1 };
    const end = offset + 1 + length;
    if (end > message.length || end - start >= nameLimit) return undefined;
    labels.push(
      message
        .toString("latin1", offset + 1, end)
        .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
        .replaceAll(".", "\\."),
    );
    offset = end;
  }
  return undefined;
}

/** Walks over all records; undefined where they do not fit into the message. */
function readEdns(
  message: Buffer,
  start: number,
  records: number,
): Pick<Query, "udpBytes" | "ednsVersion"> | undefined {
  let found: Pick<Query, "udpBytes" | "ednsVersion"> = { udpBytes: plainUdpBytes };
  let offset = start;
  for (let record = 0; record < records; record += 1) {
    const body = skipName(message, offset);
    if (body === undefined || body + 10 > message.length) return undefined;
    if (message.readUInt16BE(body) === recordTypes.opt) {
      const udpBytes = Math.max(plainUdpBytes, message.readUInt16BE(body + 2));
      found = { udpBytes, ednsVersion: message.readUInt8(body + 5) };
    }
    offset = body + 10 + message.readUInt16BE(body + 8);
    if (offset > message.length) return undefined;
  }
  return found;
}

/** Where a record goes on behind its name, which ends with an empty label or a pointer. */
function skipName(message: Buffer, start: number): number | undefined {
  let offset = start;
  for (let length = message[offset]; length !== undefined; length = message[offset]) {
    if (length === 0) return offset + 1;
    if (length >= 0xc0) return offset + 2;
    if (length >= 0x40) return undefined;
    offset += 1 + length;
  }
  return undefined;
}
