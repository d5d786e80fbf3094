import { utf8ToBytes } from '@ply/bytes'
import { taggedHash } from '@ply/crypto'
import {
  COINBASE_INDEX,
  computeTxid,
  sats,
  type Transaction,
  type TxInput,
  type Txid,
  ZERO_HASH,
} from '@ply/primitives'
import { createScript, OP_0, OP_RETURN } from '@ply/script'

/** BIP 322 message_hash. */
export const computeMessageHash = (message: string): Uint8Array =>
  taggedHash('BIP0322-signed-message', utf8ToBytes(message))

/** BIP 322 to_spend: pays nothing to the script that is to be proven, from an outpoint that cannot exist. */
export function createToSpend(scriptPubKey: Uint8Array, message: string): Transaction {
  const input: TxInput = {
    prevout: { txid: ZERO_HASH as Txid, index: COINBASE_INDEX },
    scriptSig: createScript([OP_0, computeMessageHash(message)]),
    sequence: 0,
    witness: [],
  }
  return { version: 0, inputs: [input], outputs: [{ value: sats(0), scriptPubKey }], lockTime: 0 }
}

/** What the full format may set in to_sign, for scripts with time locks. */
export interface ToSignOptions {
  /** 0 or 2. */
  readonly version?: number
  readonly lockTime?: number
  /** Of the first input. */
  readonly sequence?: number
  /** Coins to prove control of, unsigned: a proof of funds. */
  readonly additionalInputs?: readonly Pick<TxInput, 'prevout' | 'sequence'>[]
}

/** The only output that to_sign has. */
export const TO_SIGN_SCRIPT = Uint8Array.of(OP_RETURN)

/** BIP 322 to_sign before it is signed: spends to_spend's output for nothing. */
export function createToSign(toSpend: Transaction, options: ToSignOptions = {}): Transaction {
  const { version = 0, lockTime = 0, sequence = 0, additionalInputs = [] } = options
  const first = { prevout: { txid: computeTxid(toSpend), index: 0 }, sequence }
  return {
    version,
    inputs: [first, ...additionalInputs].map((input) => ({ ...input, scriptSig: new Uint8Array(0), witness: [] })),
    outputs: [{ value: sats(0), scriptPubKey: TO_SIGN_SCRIPT }],
    lockTime,
  }
}
