import { bytesToHex, concatBytes } from '@ply/bytes'
import { ecdsaSign, encodeDer, hash160, publicKeyFromSecret, schnorrSign } from '@ply/crypto'
import type { Transaction, TxOutput } from '@ply/primitives'
import {
  computeSegwitV0Sighash,
  computeTaprootSecretKey,
  computeTaprootSighash,
  createP2pkh,
  createP2wpkh,
  createP2wsh,
  createScript,
  createTaprootOutput,
  OP_1,
  SIGHASH_ALL,
  SIGHASH_DEFAULT,
  SighashCache,
} from '@ply/script'

const SECRET = new Uint8Array(32).fill(7)
const PUBLIC = publicKeyFromSecret(SECRET)!
const OP_TRUE = createScript([OP_1])

export const TRUE_SCRIPT = createP2wsh(OP_TRUE)
export const KEY_SCRIPT = createP2wpkh(hash160(PUBLIC))
export const TAPROOT_SCRIPT = createTaprootOutput(PUBLIC.slice(1))!.scriptPubKey
export const SCRIPTS = [TRUE_SCRIPT, KEY_SCRIPT, TAPROOT_SCRIPT]

function createWitness(cache: SighashCache, inputIndex: number): Uint8Array[] {
  switch (bytesToHex(cache.spentOutput(inputIndex).scriptPubKey)) {
    case bytesToHex(TRUE_SCRIPT):
      return [OP_TRUE]
    case bytesToHex(KEY_SCRIPT): {
      const scriptCode = createP2pkh(hash160(PUBLIC))
      const hash = computeSegwitV0Sighash(cache, { inputIndex, scriptCode, hashType: SIGHASH_ALL })
      return [concatBytes(encodeDer(ecdsaSign(hash, SECRET)!), Uint8Array.of(SIGHASH_ALL)), PUBLIC]
    }
    case bytesToHex(TAPROOT_SCRIPT): {
      const hash = computeTaprootSighash(cache, { inputIndex, hashType: SIGHASH_DEFAULT })!
      return [schnorrSign(hash, computeTaprootSecretKey(SECRET)!, new Uint8Array(32))!]
    }
  }
  throw new Error('no key for this script')
}

/** The transaction with the witnesses that its inputs, which spend `spent`, need. */
export function sign(tx: Transaction, spent: readonly TxOutput[]): Transaction {
  const cache = new SighashCache(tx, spent)
  return { ...tx, inputs: tx.inputs.map((input, i) => ({ ...input, witness: createWitness(cache, i) })) }
}
