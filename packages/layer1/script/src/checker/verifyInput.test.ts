import { unwrap } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import { describe, expect, it } from 'vitest'
import { createScript, type ScriptPart } from '../encoding/script.ts'
import { MANDATORY_SCRIPT_VERIFY_FLAGS as flags } from '../interpreter/flags.ts'
import { OP_CHECKSIG, OP_NOT } from '../opcode/opcodes.ts'
import { createMultisig, createP2pkh, createP2wpkh, createP2wsh } from '../template/templates.ts'
import { createSpend, publicKey, secretKey, signSegwitV0, withWitness } from '../test/spend.ts'
import { type SignatureCheck, verifySignatureCheck } from './signatureCheck.ts'
import { collectInputChecks, type InputToVerify, verifyInput } from './verifyInput.ts'

const NONE = new Uint8Array(0)

/** A spend of a P2WSH script; `witness` gets a signer for the script. */
function spendScript(
  script: Uint8Array,
  witness: (sign: (n: number) => Uint8Array) => readonly Uint8Array[],
): InputToVerify {
  const cache = createSpend([createP2wsh(script)])
  const request = { inputIndex: 0, scriptCode: script, hashType: 1 }
  const args = witness((n) => signSegwitV0(cache, secretKey(n), request))
  return { cache: withWitness(cache, 0, [...args, script]), inputIndex: 0, flags }
}

const script = (...parts: readonly ScriptPart[]): Uint8Array => createScript(parts)

describe('collectInputChecks', () => {
  it('collects the signature of a key hash', () => {
    const keyHash = hash160(publicKey(1))
    const unsigned = createSpend([createP2wpkh(keyHash)])
    const request = { inputIndex: 0, scriptCode: createP2pkh(keyHash), hashType: 1 }
    const signature = signSegwitV0(unsigned, secretKey(1), request)
    const input = { cache: withWitness(unsigned, 0, [signature, publicKey(1)]), inputIndex: 0, flags }
    const checks = unwrap(collectInputChecks(input))
    expect(checks.map(({ kind, publicKey: key }) => [kind, key])).toEqual([['ecdsa', publicKey(1)]])
    expect(checks.every(verifySignatureCheck)).toBe(true)
    expect(verifyInput(input).ok).toBe(true)
  })

  it('collects all of an n-of-n', () => {
    const multisig = createMultisig(2, [publicKey(1), publicKey(2)])
    const good = unwrap(collectInputChecks(spendScript(multisig, (sign) => [NONE, sign(1), sign(2)])))
    expect(good.map(verifySignatureCheck)).toEqual([true, true])
    const swapped = spendScript(multisig, (sign) => [NONE, sign(2), sign(1)])
    expect(unwrap(collectInputChecks(swapped)).map(verifySignatureCheck)).toEqual([false, false])
    expect(verifyInput(swapped)).toEqual({ ok: false, error: 'EVAL_FALSE' })
  })

  it('verifies an m-of-n at once, because a failed key is no failed script', () => {
    const multisig = createMultisig(1, [publicKey(1), publicKey(2)])
    const asked: boolean[] = []
    const verify = (check: SignatureCheck, deferrable: boolean): boolean => {
      asked.push(deferrable)
      return verifySignatureCheck(check)
    }
    expect(
      collectInputChecks(
        spendScript(multisig, (sign) => [NONE, sign(1)]),
        verify,
      ),
    ).toEqual({ ok: true, value: [] })
    expect(asked).toEqual([false, false])
    expect(collectInputChecks(spendScript(multisig, (sign) => [NONE, sign(3)]))).toEqual({
      ok: false,
      error: 'EVAL_FALSE',
    })
  })

  it('runs again without guessing where a script wants a bad signature', () => {
    const wantsBad = script(publicKey(1), OP_CHECKSIG, OP_NOT)
    expect(collectInputChecks(spendScript(wantsBad, (sign) => [sign(2)]))).toEqual({ ok: true, value: [] })
    expect(collectInputChecks(spendScript(wantsBad, () => [NONE]))).toEqual({ ok: true, value: [] })
    expect(collectInputChecks(spendScript(wantsBad, (sign) => [sign(1)]))).toEqual({ ok: false, error: 'EVAL_FALSE' })
  })

  it('never collects what is empty or no signature', () => {
    const checkSig = script(publicKey(1), OP_CHECKSIG)
    expect(collectInputChecks(spendScript(checkSig, () => [NONE]))).toEqual({ ok: false, error: 'EVAL_FALSE' })
    expect(collectInputChecks(spendScript(checkSig, () => [Uint8Array.of(1)]))).toEqual({ ok: false, error: 'SIG_DER' })
  })
})
