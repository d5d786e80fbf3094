import { concatBytes } from '@ply/bytes'
import { COMMAND_LENGTH, encodeCommand, readCommand } from './command.ts'

/** BIP 324's message type ids of one byte, from 1 on; an empty name is an id that stands for nothing yet. */
const SHORT_IDS = [
  ...['addr', 'block', 'blocktxn', 'cmpctblock', 'feefilter', 'filteradd', 'filterclear', 'filterload', 'getblocks'],
  ...['getblocktxn', 'getdata', 'getheaders', 'headers', 'inv', 'mempool', 'merkleblock', 'notfound', 'ping', 'pong'],
  ...['sendcmpct', 'tx', 'getcfilters', 'cfilter', 'getcfheaders', 'cfheaders', 'getcfcheckpt', 'cfcheckpt', 'addrv2'],
  ...['', '', '', '', '', '', '', ''],
  'feature',
]

const ID_OF = new Map(SHORT_IDS.map((command, i) => [command, i + 1]))
ID_OF.delete('')

/** Bytes of a message type that has no id: a zero, then the name. */
export const LONG_TYPE_LENGTH = 1 + COMMAND_LENGTH

/** A message as the contents of a packet: its type, then its payload. */
export function encodeContents(command: string, payload: Uint8Array): Uint8Array {
  const id = ID_OF.get(command)
  const type = id === undefined ? concatBytes(Uint8Array.of(0), encodeCommand(command)) : Uint8Array.of(id)
  return concatBytes(type, payload)
}

/** Message type and payload of a packet's contents; undefined if they begin with no message type. */
export function decodeContents(
  contents: Uint8Array,
): { readonly command: string; readonly payload: Uint8Array } | undefined {
  const id = contents[0]
  if (id === undefined) return undefined
  if (id !== 0) {
    const command = SHORT_IDS[id - 1]
    return command === undefined ? undefined : { command, payload: contents.subarray(1) }
  }
  if (contents.length < LONG_TYPE_LENGTH) return undefined
  const command = readCommand(contents.subarray(1, LONG_TYPE_LENGTH))
  return command === undefined ? undefined : { command, payload: contents.subarray(LONG_TYPE_LENGTH) }
}
