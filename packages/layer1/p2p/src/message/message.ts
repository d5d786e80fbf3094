import { ByteReader, ByteWriter, type DecodeError, type Result, tryDecode } from '@ply/bytes'
import type { MerkleBlock } from '@ply/consensus'
import type { BloomFilterFields } from '../relay/bloom/bloomFilter.ts'
import { addr, type Addresses } from './addr.ts'
import { addrv2 } from './addrv2.ts'
import { block, type BlockMessage } from './block.ts'
import { blocktxn, type BlockTransactions } from './blocktxn.ts'
import { cfcheckpt, type Cfcheckpt } from './cfcheckpt.ts'
import { cfheaders, type Cfheaders } from './cfheaders.ts'
import { cfilter, type Cfilter } from './cfilter.ts'
import { cmpctblock, type CompactBlock } from './cmpctblock.ts'
import type { Codec, Empty } from './codec.ts'
import { feature, type Feature } from './feature.ts'
import { feefilter, type Feefilter } from './feefilter.ts'
import { filteradd, type Filteradd } from './filteradd.ts'
import { filterclear } from './filterclear.ts'
import { filterload } from './filterload.ts'
import { getaddr } from './getaddr.ts'
import { getblocks } from './getblocks.ts'
import { getblocktxn, type BlockTransactionsRequest } from './getblocktxn.ts'
import { getcfcheckpt, type Getcfcheckpt } from './getcfcheckpt.ts'
import { getcfheaders } from './getcfheaders.ts'
import { type FilterRange, getcfilters } from './getcfilters.ts'
import { getdata } from './getdata.ts'
import { getheaders } from './getheaders.ts'
import { headers, type Headers } from './headers.ts'
import { inv } from './inv.ts'
import type { Inventory } from './inventory.ts'
import type { LocatorRequest } from './locator.ts'
import { mempool } from './mempool.ts'
import { merkleblock } from './merkleblock.ts'
import { notfound } from './notfound.ts'
import { ping, type Ping } from './ping.ts'
import { pong, type Pong } from './pong.ts'
import { sendaddrv2 } from './sendaddrv2.ts'
import { sendcmpct, type Sendcmpct } from './sendcmpct.ts'
import { sendheaders } from './sendheaders.ts'
import { sendtxrcncl, type Sendtxrcncl } from './sendtxrcncl.ts'
import { tx, type TxMessage } from './tx.ts'
import { verack } from './verack.ts'
import { version, type Version } from './version.ts'
import { wtxidrelay } from './wtxidrelay.ts'

/** What each command carries. */
export interface MessageBodies {
  version: Version
  verack: Empty
  ping: Ping
  pong: Pong
  getaddr: Empty
  addr: Addresses
  sendheaders: Empty
  inv: Inventory
  getdata: Inventory
  notfound: Inventory
  getheaders: LocatorRequest
  headers: Headers
  getblocks: LocatorRequest
  block: BlockMessage
  tx: TxMessage
  mempool: Empty
  feefilter: Feefilter
  wtxidrelay: Empty
  sendaddrv2: Empty
  addrv2: Addresses
  sendcmpct: Sendcmpct
  cmpctblock: CompactBlock
  getblocktxn: BlockTransactionsRequest
  blocktxn: BlockTransactions
  feature: Feature
  sendtxrcncl: Sendtxrcncl
  filterload: BloomFilterFields
  filteradd: Filteradd
  filterclear: Empty
  merkleblock: MerkleBlock
  getcfilters: FilterRange
  cfilter: Cfilter
  getcfheaders: FilterRange
  cfheaders: Cfheaders
  getcfcheckpt: Getcfcheckpt
  cfcheckpt: Cfcheckpt
}

export type Command = keyof MessageBodies

/** A message of the peer protocol, told apart by `command`. */
export type Message = { [C in Command]: { readonly command: C } & MessageBodies[C] }[Command]

const CODECS: { readonly [C in Command]: Codec<MessageBodies[C]> } = {
  version,
  verack,
  ping,
  pong,
  getaddr,
  addr,
  sendheaders,
  inv,
  getdata,
  notfound,
  getheaders,
  headers,
  getblocks,
  block,
  tx,
  mempool,
  feefilter,
  wtxidrelay,
  sendaddrv2,
  addrv2,
  sendcmpct,
  cmpctblock,
  getblocktxn,
  blocktxn,
  feature,
  sendtxrcncl,
  filterload,
  filteradd,
  filterclear,
  merkleblock,
  getcfilters,
  cfilter,
  getcfheaders,
  cfheaders,
  getcfcheckpt,
  cfcheckpt,
}

/** True for a command that this package understands. */
export function isKnownCommand(command: string): command is Command {
  return Object.hasOwn(CODECS, command)
}

/**
 * Reads a payload. Bytes behind the known fields are ignored, as everywhere in the network.
 * Violations: those of the codec, among them `too-many-items` for a list over its limit.
 */
export function decodeMessage(command: Command, payload: Uint8Array): Result<Message, DecodeError> {
  return tryDecode(() => readBody(command, new ByteReader(payload)))
}

function readBody(command: Command, reader: ByteReader): Message {
  // The table pairs each command with its own body, which the union type cannot follow through an index.
  return { command, ...CODECS[command].read(reader) } as Message
}

/** The message's payload. */
export function encodeMessage(message: Message): Uint8Array {
  const writer = new ByteWriter()
  const codec = CODECS[message.command] as Codec<MessageBodies[Command]>
  codec.write(writer, message)
  return writer.finish()
}
