import { bytesToHex, concatBytes, tryDecode } from '@ply/bytes'
import { encodeDer, hash160, sha256 } from '@ply/crypto'
import { sats, SEQUENCE_FINAL, type Transaction, type Txid } from '@ply/primitives'
import { createRandom, type Random } from '@ply/testkit'
import { describe, expect, it } from 'vitest'
import type { SignatureCheck } from '../checker/signatureCheck.ts'
import { collectInputChecks, verifyInput } from '../checker/verifyInput.ts'
import { parseScriptAsm, scriptToAsm } from '../encoding/asm.ts'
import { encodeDataPush } from '../encoding/push.ts'
import { createScript, isPushOnly, parseScript } from '../encoding/script.ts'
import { encodeScriptNumber } from '../encoding/scriptNumber.ts'
import { MANDATORY_SCRIPT_VERIFY_FLAGS } from '../interpreter/flags.ts'
import { SCRIPT_ERRORS } from '../interpreter/scriptError.ts'
import { OP_0, OP_CHECKSIG, OP_EQUAL, OP_HASH160, OP_NOT } from '../opcode/opcodes.ts'
import { SighashCache } from '../sighash/sighashCache.ts'
import { countP2shSigops, countSigops, countWitnessSigops } from '../sigop/countSigops.ts'
import { createTaprootOutput } from '../taproot/tree.ts'
import { classifyOutput } from '../template/classifyOutput.ts'
import { createMultisig } from '../template/templates.ts'
import { ALL_FLAGS, fillFlags } from './coreVectors.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 1500)

/** Values that many opcodes look at twice. */
const NUMBERS = [
  -0xffffffff, -0x80000000, -1, 0, 1, 2, 16, 17, 127, 128, 255, 256, 520, 0x7fffffff, 0x80000000, 0xffffffff,
]

const randomKey = (random: Random): Uint8Array =>
  concatBytes(Uint8Array.of(random.pick([2, 3, 2, 3, 4, 6, 0])), random.bytes(random.pick([32, 32, 32, 64, 31])))

function randomSignature(random: Random): Uint8Array {
  if (random.chance(0.2)) return new Uint8Array(0)
  if (random.chance(0.3)) return random.bytes(random.pick([64, 65, 63]))
  const compact = random.bytes(64)
  compact[0] = compact[32] = 0x41
  const der = encodeDer(compact)
  if (random.chance(0.1)) der[random.below(der.length)] = random.below(256)
  return concatBytes(der, Uint8Array.of(random.pick([1, 2, 3, 0x81, 0x83, 0, 0x50])))
}

function randomPush(random: Random): Uint8Array {
  const kind = random.below(6)
  if (kind === 0) return randomSignature(random)
  if (kind === 1) return randomKey(random)
  if (kind === 2) return random.bytes(random.pick([0, 1, 2, 4, 5, 20, 32, 80, 520, 521]))
  return encodeScriptNumber(random.pick(NUMBERS))
}

/** A script of likely opcodes; now and then raw bytes. */
function randomScript(random: Random, length: number): Uint8Array {
  if (random.chance(0.05)) return random.bytes(random.below(60))
  const parts: Uint8Array[] = []
  for (let i = 0; i < length; i++) {
    const kind = random.below(10)
    if (kind < 4) parts.push(createScript([randomPush(random)]))
    else if (kind === 4) parts.push(encodeDataPush(randomPush(random)))
    else if (kind === 5) parts.push(randomSigCheck(random))
    else parts.push(Uint8Array.of(random.chance(0.9) ? 0x4f + random.below(0x6c) : random.below(256)))
  }
  return concatBytes(...parts)
}

/** Arguments and a signature check that may well pass. */
function randomSigCheck(random: Random): Uint8Array {
  if (random.chance(0.5)) {
    const not = random.chance(0.3) ? [OP_NOT] : []
    return createScript([randomSignature(random), randomKey(random), OP_CHECKSIG, ...not])
  }
  const keys = Array.from({ length: 1 + random.below(3) }, () => randomKey(random))
  const required = 1 + random.below(keys.length)
  const signatures = Array.from({ length: required }, () => randomSignature(random))
  return concatBytes(createScript([OP_0, ...signatures]), createMultisig(required, keys))
}

const INTERNAL_KEY = Uint8Array.from(sha256(Uint8Array.of(7)))

/** One input that runs `script` in one of the ways there are. */
function randomSpend(random: Random): SighashCache {
  const script = randomScript(random, 1 + random.below(12))
  const values = Array.from({ length: random.below(5) }, () => randomPush(random))
  const pushes = createScript(values)
  const spends = [
    () => ({ scriptSig: pushes, witness: [], scriptPubKey: script }),
    () => ({ scriptSig: randomScript(random, 5), witness: [], scriptPubKey: script }),
    () => ({
      scriptSig: concatBytes(pushes, encodeDataPush(script)),
      witness: [],
      scriptPubKey: createScript([OP_HASH160, hash160(script), OP_EQUAL]),
    }),
    () => ({
      scriptSig: new Uint8Array(0),
      witness: [...values, script],
      scriptPubKey: createScript([OP_0, sha256(script)]),
    }),
    () => {
      const output = createTaprootOutput(INTERNAL_KEY, { script, leafVersion: random.chance(0.9) ? 0xc0 : 0xc2 })
      const annex = random.chance(0.1) ? [concatBytes(Uint8Array.of(0x50), random.bytes(3))] : []
      const controlBlock = output?.leaves[0]?.controlBlock ?? random.bytes(33)
      return {
        scriptSig: new Uint8Array(0),
        witness: [...values, script, controlBlock, ...annex],
        scriptPubKey: output?.scriptPubKey ?? script,
      }
    },
  ]
  const { scriptSig, witness, scriptPubKey } = random.pick(spends)()
  const tx: Transaction = {
    version: random.pick([1, 2]),
    inputs: [
      {
        prevout: { txid: random.bytes(32) as Txid, index: 0 },
        scriptSig,
        sequence: random.pick([SEQUENCE_FINAL, 0, 5]),
        witness,
      },
    ],
    outputs: [{ value: sats(1), scriptPubKey: Uint8Array.of(0x51) }],
    lockTime: random.pick([0, 500_000_001]),
  }
  return new SighashCache(tx, [{ value: sats(2), scriptPubKey }])
}

/** A verdict that needs no curve: half of all well-formed signatures are good. */
const verify = ({ hash, signature, publicKey }: SignatureCheck): boolean =>
  (sha256(concatBytes(hash, signature, publicKey))[0]! & 1) === 0

describe('script fuzz', () => {
  it(`answers ${RUNS} random spends under random flags with a verdict, the same by collecting, stricter with more flags`, () => {
    const random = createRandom(1)
    const seen = new Map<string, number>()
    for (let run = 0; run < RUNS; run++) {
      const cache = randomSpend(random)
      const flags = random.chance(0.3) ? MANDATORY_SCRIPT_VERIFY_FLAGS : fillFlags(random.below(ALL_FLAGS + 1))
      const input = { cache, inputIndex: 0, flags }
      const verdict = verifyInput(input, verify)
      const code = verdict.ok ? 'OK' : verdict.error
      seen.set(code, (seen.get(code) ?? 0) + 1)
      if (!verdict.ok) expect(Object.keys(SCRIPT_ERRORS)).toContain(verdict.error)

      const collected = collectInputChecks(input, verify)
      if (!collected.ok) expect(collected).toEqual(verdict)
      else if (collected.value.every(verify)) expect(verdict.ok).toBe(true)

      const more = fillFlags(flags | random.below(ALL_FLAGS + 1))
      const stricter = verifyInput({ ...input, flags: more }, verify)
      // CLEANSTACK and WITNESS may turn what anyone can spend into a program, never a bad spend into a good one.
      if (!verdict.ok) expect(stricter.ok, `${code} with ${flags}, good with ${more}`).toBe(false)
    }
    // The generator must reach far enough to be worth its time.
    expect(seen.get('OK') ?? 0).toBeGreaterThan(RUNS / 50)
    expect(seen.size).toBeGreaterThan(20)
  })

  it('ends on scripts of the largest size', () => {
    const random = createRandom(2)
    for (let run = 0; run < Math.max(10, RUNS / 100); run++) {
      const script = concatBytes(...Array.from({ length: 30 }, () => randomScript(random, 40))).subarray(0, 10_000)
      const tx = { ...randomSpend(random).tx }
      const cache = new SighashCache(tx, [{ value: sats(2), scriptPubKey: script }])
      expect(typeof verifyInput({ cache, inputIndex: 0, flags: 0 }, verify).ok).toBe('boolean')
    }
  })

  it('reads any bytes as a script and any text as assembly, or says what is wrong', () => {
    const random = createRandom(3)
    for (let run = 0; run < RUNS; run++) {
      const script = random.chance(0.5) ? random.bytes(random.below(80)) : randomScript(random, 8)
      const parsed = parseScript(script)
      const asm = scriptToAsm(script, random.chance(0.5))
      expect(parsed.ok, bytesToHex(script)).toBe(!asm.endsWith('[error]'))
      if (!parsed.ok) expect(parsed.error.code).toBe('bad-script-push')
      if (isPushOnly(script)) expect(parsed.ok).toBe(true)
      classifyOutput(script)
      expect(countSigops(script, true)).toBeLessThanOrEqual(countSigops(script, false))
      expect(countP2shSigops(script, random.bytes(23))).toBeGreaterThanOrEqual(0)
      countWitnessSigops({ scriptSig: script, scriptPubKey: script, witness: [script], flags: ALL_FLAGS })

      const text = Array.from({ length: random.below(12) }, () =>
        random.pick(['0x', 'ab', "'x'", 'DUP', '17', '-', ' ', '99999999999']),
      )
      const assembled = tryDecode(() => parseScriptAsm(text.join(random.pick(['', ' ']))))
      expect(assembled.ok).toBe(true)
    }
  })
})
