import { sha256 } from '@ply/crypto'
import { classifyOutput, createP2wsh, createScript, NULL_CHECKER, OP_EQUAL, OP_SHA256 } from '@ply/script'
import { STANDARD_SCRIPT_VERIFY_FLAGS, verifyScript } from '@ply/script'
import { expect, test } from 'vitest'

test("the README's example", () => {
  const preimage = new Uint8Array(32).fill(1)
  const witnessScript = createScript([OP_SHA256, sha256(preimage), OP_EQUAL])
  const scriptPubKey = createP2wsh(witnessScript)
  const { type } = classifyOutput(scriptPubKey)
  const spend = {
    scriptSig: new Uint8Array(0),
    scriptPubKey,
    flags: STANDARD_SCRIPT_VERIFY_FLAGS,
    checker: NULL_CHECKER,
  }
  const good = verifyScript({ ...spend, witness: [preimage, witnessScript] })
  const bad = verifyScript({ ...spend, witness: [scriptPubKey, witnessScript] })
  expect(type).toBe('witness_v0_scripthash')
  expect(good).toEqual({ ok: true, value: undefined })
  expect(bad).toEqual({ ok: false, error: 'EVAL_FALSE' })
})
