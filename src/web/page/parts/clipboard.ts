/** Puts a text where it can be pasted from. False: the browser does not allow it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    // Only pages that came encrypted, or from this computer, have this.
    if (navigator.clipboard !== undefined) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    return copyBySelection(text);
  }
  return copyBySelection(text);
}

/** The old way: select a text and tell the browser to copy what is selected. */
function copyBySelection(text: string): boolean {
  const before = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return isCopied;
}
