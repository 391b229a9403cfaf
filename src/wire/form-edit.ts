/**
 * Edits the values of `key=value&key=value`, one character a byte. What is changed is written as the rest of the value is: the same
 * characters as `%XX`, in the same case; a value that stays the same stays byte for byte.
 */
export function editFormFields(form: string, edit: (value: string, key: string) => string): string {
  return form
    .split("&")
    .map((field) => {
      const equals = field.indexOf("=");
      if (equals < 0) return field;
      const written = field.slice(equals + 1);
      const value = decodeBytes(written);
      const edited = edit(value, decodeBytes(field.slice(0, equals)));
      return edited === value ? field : `${field.slice(0, equals + 1)}${encodeLike(written, edited)}`;
    })
    .join("&");
}

/** One character a byte. */
function decodeBytes(text: string): string {
  return text
    .replaceAll("+", " ")
    .replaceAll(/%([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

function encodeLike(model: string, value: string): string {
  const plain = new Set(model.replaceAll(/%[0-9a-fA-F]{2}/g, ""));
  const codes = new Set(model.match(/%[0-9a-fA-F]{2}/g));
  const isLower = [...codes].some((code) => /[a-f]/.test(code));
  const written = Array.from({ length: 256 }, (_, byte) => {
    const character = String.fromCharCode(byte);
    const digits = byte.toString(16).padStart(2, "0");
    const code = `%${isLower ? digits : digits.toUpperCase()}`;
    if (character === " " && plain.has("+")) return "+";
    if (/[0-9A-Za-z]/.test(character)) return character;
    if (/[%+&#]/.test(character)) return code;
    const stays = plain.has(character) || (/[._~-]/.test(character) && !codes.has(code));
    return stays ? character : code;
  });
  let text = "";
  for (let at = 0; at < value.length; at += 1) text += written[value.charCodeAt(at) & 0xff] ?? "";
  return text;
}
