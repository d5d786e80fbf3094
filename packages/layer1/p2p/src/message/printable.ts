/**
 * What a peer calls something, as it may be shown: letters, digits and a few signs, the ones that Bitcoin Core lets
 * through. Anything else could do harm in a log, on a terminal or on a page.
 */
export const printable = (bytes: Uint8Array): string =>
  String.fromCharCode(...bytes).replaceAll(/[^\w .,;\-/:?@()]/g, '')
