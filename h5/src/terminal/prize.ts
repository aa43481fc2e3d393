/** What a customer's phone shows, as a code for the server; null when it cannot be one. */

const SIGNED = /^[0-9a-z]+\.[0-9a-z]+\.[0-9a-z]{16}$/;

/** What a scanner read: the address in the QR code. */
export function signedFrom(read: string): string | null {
  const end = read.slice(read.lastIndexOf("/redeem/") + 1).replace("redeem/", "");
  return SIGNED.test(end) ? end : null;
}

/** What a person typed: eight digits, in groups or not. */
export function digitsFrom(typed: string): string | null {
  const digits = typed.replace(/[\s-]/g, "");
  return /^[0-9]{8}$/.test(digits) ? digits : null;
}
