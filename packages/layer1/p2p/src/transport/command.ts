import { printable } from '../message/printable.ts'

/** Bytes of a command's name, padded with zeros. */
export const COMMAND_LENGTH = 12

/** The name in its padded form. */
export function encodeCommand(command: string): Uint8Array {
  const name = new Uint8Array(COMMAND_LENGTH)
  for (let i = 0; i < command.length; i++) name[i] = command.charCodeAt(i)
  return name
}

/** The name up to its padding. */
function withoutPadding(name: Uint8Array): Uint8Array {
  const end = name.indexOf(0)
  return end < 0 ? name : name.subarray(0, end)
}

/** What a log may show of a name that came. */
export const printableCommand = (name: Uint8Array): string => printable(withoutPadding(name))

/** Printable ASCII, then zero bytes to the end; undefined for anything else. */
export function readCommand(name: Uint8Array): string | undefined {
  const used = withoutPadding(name)
  if (used.some((byte) => byte < 0x20 || byte > 0x7e)) return undefined
  if (name.subarray(used.length).some((byte) => byte !== 0)) return undefined
  return String.fromCharCode(...used)
}
