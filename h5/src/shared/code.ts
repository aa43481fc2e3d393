/** What a scanner read (our address or a Digital Link), or a person typed, as a code; null when it cannot be one. */
export function codeFrom(read: string): string | null {
  const address = /\/(?:s|21)\/([0-9a-z]+)/i.exec(read);
  const candidate = (address?.[1] ?? read).replace(/[\s-]/g, "").toUpperCase();
  return /^[0-9A-Z]{16}$/.test(candidate) ? candidate : null;
}

/** In groups of four, as it is printed. */
export function groupCode(code: string): string {
  return code.match(/.{1,4}/g)?.join(" ") ?? code;
}
