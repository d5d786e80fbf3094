import { concatBytes, hexToBytes, utf8ToBytes } from '@ply/bytes'
import { computeMerkleRoot } from '../merkle.ts'
import type { Block } from '../block.ts'
import { type BlockHash, type Txid, ZERO_HASH } from '../hash.ts'
import { COINBASE_INDEX } from '../outPoint.ts'
import { computeTxid, SEQUENCE_FINAL, type Transaction } from '../transaction.ts'
import { COIN, sats } from '../units.ts'

const SATOSHI_MESSAGE = 'The Times 03/Jan/2009 Chancellor on brink of second bailout for banks'
const SATOSHI_KEY = hexToBytes(
  '04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f',
)
const OP_CHECKSIG = 0xac

export interface GenesisFields {
  readonly time: number
  readonly bits: number
  readonly nonce: number
  /** Text in the coinbase; Satoshi's headline by default. */
  readonly message?: string
  readonly outputKey?: Uint8Array
}

/** Builds a network's first block: one coinbase of 50 bitcoins that nobody can spend. */
export function createGenesisBlock({ time, bits, nonce, message, outputKey }: GenesisFields): Block {
  const text = utf8ToBytes(message ?? SATOSHI_MESSAGE)
  const key = outputKey ?? SATOSHI_KEY
  // 486604799 is 0x1d00ffff, pushed with 4, pushed with the text: what the first client's script builder wrote.
  const length = text.length <= 75 ? Uint8Array.of(text.length) : Uint8Array.of(0x4c, text.length)
  const coinbase: Transaction = {
    version: 1,
    inputs: [
      {
        prevout: { txid: ZERO_HASH as Txid, index: COINBASE_INDEX },
        scriptSig: concatBytes(hexToBytes('04ffff001d0104'), length, text),
        sequence: SEQUENCE_FINAL,
        witness: [],
      },
    ],
    outputs: [
      {
        value: sats(50n * COIN),
        scriptPubKey: concatBytes(Uint8Array.of(key.length), key, Uint8Array.of(OP_CHECKSIG)),
      },
    ],
    lockTime: 0,
  }
  return {
    header: {
      version: 1,
      previousBlockHash: ZERO_HASH as BlockHash,
      merkleRoot: computeMerkleRoot([computeTxid(coinbase)]).root,
      time,
      bits,
      nonce,
    },
    transactions: [coinbase],
  }
}
