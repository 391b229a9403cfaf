/** Value of the first field `name` in `key=value&key=value`, decoded; only the first `=` of a field parts it. */
export function formField(text: string, name: string): string | undefined {
  let from = 0;
  while (from <= text.length) {
    const ampersand = text.indexOf("&", from);
    const to = ampersand < 0 ? text.length : ampersand;
    const equals = text.indexOf("=", from);
    if (equals >= 0 && equals < to && decodeFormText(text.slice(from, equals)) === name) {
      return decodeFormText(text.slice(equals + 1, to));
    }
    from = to + 1;
  }
  return undefined;
}

/** `%XX` in either case and `+` for a blank; UTF-8. A `%` without two hex digits stays as it is. */
export function decodeFormText(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch (error) {
    if (error instanceof URIError) return decodeLeniently(spaced);
    throw error;
  }
}

function decodeLeniently(text: string): string {
  return text.replaceAll(/(?:%[0-9a-fA-F]{2})+/g, (run) => {
    const bytes = run.slice(1).split("%");
    return new TextDecoder().decode(Uint8Array.from(bytes, (digits) => Number.parseInt(digits, 16)));
  });
}
