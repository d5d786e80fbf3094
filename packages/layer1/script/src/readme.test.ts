import { unwrap } from '@ply/bytes'
import { publicKeyFromSecret, schnorrSign } from '@ply/crypto'
import { sats, SEQUENCE_FINAL, type Transaction, type Txid } from '@ply/primitives'
import {
  classifyOutput,
  collectInputChecks,
  computeTaprootSecretKey,
  computeTaprootSighash,
  createTaprootOutput,
  SIGHASH_DEFAULT,
  SighashCache,
  STANDARD_SCRIPT_VERIFY_FLAGS,
  verifyInput,
  verifySignatureCheck,
} from '@ply/script'
import { expect, test } from 'vitest'

/** A transaction that spends one output to where it came from. */
function spendOf(scriptPubKey: Uint8Array, witness: readonly Uint8Array[] = []): Transaction {
  const prevout = { txid: new Uint8Array(32).fill(1) as Txid, index: 0 }
  return {
    version: 2,
    inputs: [{ prevout, scriptSig: new Uint8Array(0), sequence: SEQUENCE_FINAL, witness }],
    outputs: [{ value: sats(900), scriptPubKey }],
    lockTime: 0,
  }
}

test("the README's example", () => {
  const secretKey = new Uint8Array(32).fill(1)
  const { scriptPubKey } = createTaprootOutput(publicKeyFromSecret(secretKey)!.slice(1))!
  const unsigned = new SighashCache(spendOf(scriptPubKey), [{ value: sats(1000), scriptPubKey }])
  const hash = computeTaprootSighash(unsigned, { inputIndex: 0, hashType: SIGHASH_DEFAULT })!
  const signature = schnorrSign(hash, computeTaprootSecretKey(secretKey)!, new Uint8Array(32))!
  const cache = new SighashCache(spendOf(scriptPubKey, [signature]), [{ value: sats(1000), scriptPubKey }])
  const verdict = verifyInput({ cache, inputIndex: 0, flags: STANDARD_SCRIPT_VERIFY_FLAGS })
  const checks = unwrap(collectInputChecks({ cache, inputIndex: 0, flags: STANDARD_SCRIPT_VERIFY_FLAGS }))
  expect(verdict.ok && checks.every(verifySignatureCheck)).toBe(true)
  expect(classifyOutput(scriptPubKey).type).toBe('witness_v1_taproot')
})
