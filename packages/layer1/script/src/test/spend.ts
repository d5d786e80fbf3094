import { concatBytes } from '@ply/bytes'
import { ecdsaSign, encodeDer, publicKeyFromSecret, schnorrSign } from '@ply/crypto'
import { SEQUENCE_FINAL, sats, type Transaction, type Txid, type TxOutput } from '@ply/primitives'
import { computeSegwitV0Sighash } from '../sighash/segwitV0Sighash.ts'
import { SighashCache } from '../sighash/sighashCache.ts'
import { computeTaprootSighash, type TaprootSighashRequest } from '../sighash/taprootSighash.ts'

export const secretKey = (n: number): Uint8Array => new Uint8Array(32).fill(n)
export const publicKey = (n: number): Uint8Array => publicKeyFromSecret(secretKey(n))!
export const xOnlyKey = (n: number): Uint8Array => publicKey(n).slice(1)

/** A transaction with an input for each output to spend, and two outputs. */
export function createSpend(scriptPubKeys: readonly Uint8Array[]): SighashCache {
  const tx: Transaction = {
    version: 2,
    inputs: scriptPubKeys.map((_, index) => ({
      prevout: { txid: new Uint8Array(32).fill(1) as Txid, index },
      scriptSig: new Uint8Array(0),
      sequence: SEQUENCE_FINAL,
      witness: [],
    })),
    outputs: [1, 2].map((value) => ({ value: sats(value), scriptPubKey: Uint8Array.of(0x51) })),
    lockTime: 0,
  }
  const spent = scriptPubKeys.map((scriptPubKey): TxOutput => ({ value: sats(1000), scriptPubKey }))
  return new SighashCache(tx, spent)
}

/** The same spend with a witness in one input. */
export function withWitness(cache: SighashCache, inputIndex: number, witness: readonly Uint8Array[]): SighashCache {
  const inputs = cache.tx.inputs.map((input, i) => (i === inputIndex ? { ...input, witness } : input))
  return new SighashCache(
    { ...cache.tx, inputs },
    cache.tx.inputs.map((_, i) => cache.spentOutput(i)),
  )
}

/** A DER signature of segwit v0 with its hash type byte. */
export function signSegwitV0(
  cache: SighashCache,
  secret: Uint8Array,
  request: { readonly inputIndex: number; readonly scriptCode: Uint8Array; readonly hashType: number },
): Uint8Array {
  const signature = ecdsaSign(computeSegwitV0Sighash(cache, request), secret)!
  return concatBytes(encodeDer(signature), Uint8Array.of(request.hashType))
}

/** A Schnorr signature, with a hash type byte unless it is the default. */
export function signTaproot(cache: SighashCache, secret: Uint8Array, request: TaprootSighashRequest): Uint8Array {
  const signature = schnorrSign(computeTaprootSighash(cache, request)!, secret, new Uint8Array(32))!
  return request.hashType === 0 ? signature : concatBytes(signature, Uint8Array.of(request.hashType))
}
