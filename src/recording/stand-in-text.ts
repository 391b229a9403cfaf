import type { KeyStream } from "./key-stream.js";

const zero = 0x30;
const lowerA = 0x61;

/**
 * Other digits for digits, other letters for letters, in lower case; what is neither stays. A first digit that is not 0 stays so, that
 * a number keeps its length. Characters beyond ASCII become letters.
 */
export function standInText(text: string, stream: KeyStream): string {
  let result = "";
  for (const character of text) {
    const isFirst = result === "";
    if (/[0-9]/.test(character)) result += digit(stream, isFirst && character !== "0");
    else if (/[a-z]/i.test(character) || character > "\u007f") {
      result += String.fromCharCode(lowerA + stream.below(26)).repeat(character.length);
    } else result += character;
  }
  return result;
}

function digit(stream: KeyStream, notZero: boolean): string {
  return String.fromCharCode(zero + (notZero ? 1 + stream.below(9) : stream.below(10)));
}

/** Letters of `text` as large as those that stand at the same place in `model`, or as all of them where there are none. */
export function withCaseOf(model: string, text: string): string {
  const isUpper = /[A-Z]/.test(model) && !/[a-z]/.test(model);
  let result = "";
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const like = model.charAt(at);
    const large = /[a-z]/i.test(like) ? /[A-Z]/.test(like) : isUpper;
    result += large ? character.toUpperCase() : character;
  }
  return result;
}

/** ASCII letters in lower case; the others stay, so that the length does. */
export function lowered(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
