/** Bytes of a command's name, padded with zeros. */
export const COMMAND_LENGTH = 12

/** The name in its padded form. */
export function encodeCommand(command: string): Uint8Array {
  const name = new Uint8Array(COMMAND_LENGTH)
  for (let i = 0; i < command.length; i++) name[i] = command.charCodeAt(i)
  return name
}

/** What a log may show of a name that came: all up to the first zero byte but what could do harm there. */
export function printableCommand(name: Uint8Array): string {
  const end = name.indexOf(0)
  const used = end < 0 ? name : name.subarray(0, end)
  return String.fromCharCode(...used).replaceAll(/[^\w .,;\-/:?@()]/g, '')
}

/** Printable ASCII, then zero bytes to the end; undefined for anything else. */
export function readCommand(name: Uint8Array): string | undefined {
  const end = name.indexOf(0)
  const used = end < 0 ? name : name.subarray(0, end)
  if (used.some((byte) => byte < 0x20 || byte > 0x7e)) return undefined
  if (name.subarray(used.length).some((byte) => byte !== 0)) return undefined
  return String.fromCharCode(...used)
}
