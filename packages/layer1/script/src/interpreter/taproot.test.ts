import { concatBytes } from '@ply/bytes'
import { describe, expect, it } from 'vitest'
import { verifyInput } from '../checker/verifyInput.ts'
import { createScript, type ScriptPart } from '../encoding/script.ts'
import * as op from '../opcode/opcodes.ts'
import type { SighashCache } from '../sighash/sighashCache.ts'
import { computeAnnexHash } from '../sighash/taprootSighash.ts'
import { computeTaprootSecretKey } from '../taproot/outputKey.ts'
import { createTaprootOutput, type TaprootOutput } from '../taproot/tree.ts'
import { createSpend, publicKey, secretKey, signTaproot, withWitness, xOnlyKey } from '../test/spend.ts'
import { MANDATORY_SCRIPT_VERIFY_FLAGS, STANDARD_SCRIPT_VERIFY_FLAGS } from './flags.ts'

const ANNEX = Uint8Array.of(0x50, 1, 2)

const verdict = (
  cache: SighashCache,
  witness: readonly Uint8Array[],
  flags = MANDATORY_SCRIPT_VERIFY_FLAGS,
): string => {
  const result = verifyInput({ cache: withWitness(cache, 0, witness), inputIndex: 0, flags })
  return result.ok ? 'OK' : result.error
}

/** A spend of one leaf: `witness` for its arguments. */
function createLeafSpend(
  parts: readonly ScriptPart[],
  leafVersion = 0xc0,
): {
  readonly cache: SighashCache
  readonly output: TaprootOutput
  readonly leafHash: Uint8Array
  readonly run: (args: readonly Uint8Array[], flags?: number, annex?: readonly Uint8Array[]) => string
} {
  const output = createTaprootOutput(xOnlyKey(1), [{ script: createScript(parts), leafVersion }, { script: ANNEX }])!
  const { script, controlBlock, leafHash } = output.leaves[0]!
  const cache = createSpend([output.scriptPubKey])
  return {
    cache,
    output,
    leafHash,
    run: (args, flags, annex = []) => verdict(cache, [...args, script, controlBlock, ...annex], flags),
  }
}

describe('key path', () => {
  const output = createTaprootOutput(xOnlyKey(1))!
  const cache = createSpend([output.scriptPubKey])
  const secret = computeTaprootSecretKey(secretKey(1))!
  const sign = (hashType: number): Uint8Array => signTaproot(cache, secret, { inputIndex: 0, hashType })

  it.each([0, 1, 2, 3, 0x81, 0x82, 0x83])('takes a signature of hash type %i', (hashType) => {
    expect(verdict(cache, [sign(hashType)], STANDARD_SCRIPT_VERIFY_FLAGS)).toBe('OK')
  })

  it('takes an annex into the signature', () => {
    const request = { inputIndex: 0, hashType: 0, annexHash: computeAnnexHash(ANNEX) }
    expect(verdict(cache, [signTaproot(cache, secret, request), ANNEX])).toBe('OK')
    expect(verdict(cache, [sign(0), ANNEX])).toBe('SCHNORR_SIG')
  })

  it('names what is wrong', () => {
    const good = sign(0)
    const bad = good.slice()
    bad[5]! ^= 1
    expect(verdict(cache, [bad])).toBe('SCHNORR_SIG')
    expect(verdict(cache, [])).toBe('WITNESS_PROGRAM_WITNESS_EMPTY')
    expect(verdict(cache, [new Uint8Array(0)])).toBe('SCHNORR_SIG_SIZE')
    expect(verdict(cache, [good.subarray(1)])).toBe('SCHNORR_SIG_SIZE')
    for (const hashType of [0, 4, 0x80, 0x84]) {
      expect(verdict(cache, [concatBytes(good, Uint8Array.of(hashType))])).toBe('SCHNORR_SIG_HASHTYPE')
    }
    // SIGHASH_SINGLE without an output beside the input.
    const three = createSpend([output.scriptPubKey, output.scriptPubKey, output.scriptPubKey])
    const single = concatBytes(good, Uint8Array.of(3))
    const input = { cache: withWitness(three, 2, [single]), inputIndex: 2, flags: MANDATORY_SCRIPT_VERIFY_FLAGS }
    expect(verifyInput(input)).toEqual({ ok: false, error: 'SCHNORR_SIG_HASHTYPE' })
  })

  it('is spendable by anyone before the fork', () => {
    const flags = MANDATORY_SCRIPT_VERIFY_FLAGS & ~(1 << 17)
    expect(verdict(cache, [], flags)).toBe('OK')
  })
})

describe('script path', () => {
  const one = Uint8Array.of(1)
  const none = new Uint8Array(0)

  it('checks signatures over the leaf and the last executed CODESEPARATOR', () => {
    const spend = createLeafSpend([op.OP_CODESEPARATOR, xOnlyKey(2), op.OP_CODESEPARATOR, op.OP_CHECKSIG])
    const request = { inputIndex: 0, hashType: 1, leafHash: spend.leafHash }
    const sign = (codeSeparatorPosition?: number): Uint8Array =>
      signTaproot(spend.cache, secretKey(2), { ...request, codeSeparatorPosition })
    expect(spend.run([sign(2)])).toBe('OK')
    expect(spend.run([sign(0)])).toBe('SCHNORR_SIG')
    expect(spend.run([sign()])).toBe('SCHNORR_SIG')
    expect(spend.run([none])).toBe('EVAL_FALSE')
  })

  it('counts signatures with CHECKSIGADD', () => {
    const script = [xOnlyKey(2), op.OP_CHECKSIG, xOnlyKey(3), op.OP_CHECKSIGADD, xOnlyKey(4), op.OP_CHECKSIGADD]
    const spend = createLeafSpend([...script, 2n, op.OP_NUMEQUAL])
    const sign = (n: number): Uint8Array =>
      signTaproot(spend.cache, secretKey(n), { inputIndex: 0, hashType: 0, leafHash: spend.leafHash })
    expect(spend.run([sign(4), none, sign(2)])).toBe('OK')
    expect(spend.run([none, sign(3), sign(2)])).toBe('OK')
    expect(spend.run([none, none, sign(2)])).toBe('EVAL_FALSE')
    expect(spend.run([sign(4), sign(3), sign(2)])).toBe('EVAL_FALSE')
    expect(spend.run([sign(2), none, sign(2)])).toBe('SCHNORR_SIG')
  })

  it('limits signature checks by the weight of the witness', () => {
    const checks = Array.from({ length: 8 }, () => [op.OP_2DUP, op.OP_CHECKSIGVERIFY]).flat()
    const spend = createLeafSpend([xOnlyKey(2), ...checks, op.OP_CHECKSIG])
    const request = { inputIndex: 0, hashType: 0, leafHash: spend.leafHash }
    const signature = signTaproot(spend.cache, secretKey(2), request)
    expect(spend.run([signature])).toBe('TAPSCRIPT_VALIDATION_WEIGHT')
    const annex = concatBytes(Uint8Array.of(0x50), new Uint8Array(300))
    const withAnnex = signTaproot(spend.cache, secretKey(2), { ...request, annexHash: computeAnnexHash(annex) })
    expect(spend.run([withAnnex], MANDATORY_SCRIPT_VERIFY_FLAGS, [annex])).toBe('OK')
  })

  it('knows keys by their size', () => {
    expect(createLeafSpend([0n, op.OP_CHECKSIG]).run([one])).toBe('TAPSCRIPT_EMPTY_PUBKEY')
    const future = createLeafSpend([publicKey(2), op.OP_CHECKSIG])
    expect(future.run([one])).toBe('OK')
    expect(future.run([one], STANDARD_SCRIPT_VERIFY_FLAGS)).toBe('DISCOURAGE_UPGRADABLE_PUBKEYTYPE')
    expect(future.run([none])).toBe('EVAL_FALSE')
  })

  it('lets OP_SUCCESS win over everything behind and before it', () => {
    const spend = createLeafSpend([op.OP_RETURN, 0x50, 0xba, 0x4c])
    expect(spend.run([])).toBe('OK')
    expect(spend.run([], STANDARD_SCRIPT_VERIFY_FLAGS)).toBe('DISCOURAGE_OP_SUCCESS')
    expect(createLeafSpend([0x4c]).run([])).toBe('BAD_OPCODE')
    expect(createLeafSpend([op.OP_CAT]).run([])).toBe('OK')
    expect(createLeafSpend([0xff]).run([one])).toBe('BAD_OPCODE')
  })

  it('has rules of its own', () => {
    expect(createLeafSpend([op.OP_IF, op.OP_ENDIF, 1n]).run([Uint8Array.of(2)])).toBe('TAPSCRIPT_MINIMALIF')
    expect(createLeafSpend([0n, 0n, 0n, op.OP_CHECKMULTISIG]).run([])).toBe('TAPSCRIPT_CHECKMULTISIG')
    expect(createLeafSpend([1n]).run([one])).toBe('CLEANSTACK')
    expect(createLeafSpend([1n]).run([])).toBe('OK')
    expect(createLeafSpend([op.OP_DROP, 1n]).run([new Uint8Array(521)])).toBe('PUSH_SIZE')
    const manyOps = Array.from({ length: 300 }, () => op.OP_NOP)
    expect(createLeafSpend([...manyOps, 1n]).run([])).toBe('OK')
    expect(createLeafSpend([1n]).run(Array.from({ length: 1001 }, () => one))).toBe('STACK_SIZE')
  })

  it('leaves other leaf versions to the future', () => {
    const spend = createLeafSpend([op.OP_RETURN], 0xc2)
    expect(spend.run([])).toBe('OK')
    expect(spend.run([], STANDARD_SCRIPT_VERIFY_FLAGS)).toBe('DISCOURAGE_UPGRADABLE_TAPROOT_VERSION')
  })

  it('wants the script in the tree', () => {
    const { cache, output } = createLeafSpend([1n])
    const { script, controlBlock } = output.leaves[0]!
    const parityFlipped = controlBlock.slice()
    parityFlipped[0]! ^= 1
    expect(verdict(cache, [script, parityFlipped])).toBe('WITNESS_PROGRAM_MISMATCH')
    expect(verdict(cache, [createScript([2n]), controlBlock])).toBe('WITNESS_PROGRAM_MISMATCH')
    expect(verdict(cache, [script, controlBlock.subarray(1)])).toBe('TAPROOT_WRONG_CONTROL_SIZE')
    expect(verdict(cache, [script, new Uint8Array(33 + 32 * 129)])).toBe('TAPROOT_WRONG_CONTROL_SIZE')
  })
})
