import { decodeExact, hexToBytes, unwrap } from '@ply/bytes'
import { decodeTransaction, readOutput, type Transaction } from '@ply/primitives'
import { hasVectors, readVectorJson, vectorsFolder } from '@ply/vectors'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { collectInputChecks, verifyInput } from '../checker/verifyInput.ts'
import { SCRIPT_FLAGS } from '../interpreter/flags.ts'
import { SighashCache } from '../sighash/sighashCache.ts'
import { createMemoVerifier, parseFlags } from './coreVectors.ts'

// Bitcoin Core's taproot corpus (bitcoin-core/qa-assets, unit_test_data): thousands of spends made by its functional
// test feature_taproot.py. It is large, so it may be missing where the other vectors are.
const FILE = 'bitcoin-core/script_assets_test.json'
const isThere = hasVectors && existsSync(join(vectorsFolder, FILE))

interface Spend {
  readonly scriptSig: string
  readonly witness: readonly string[]
}

interface AssetCase {
  readonly tx: string
  readonly prevouts: readonly string[]
  readonly index: number
  readonly flags: string
  readonly comment: string
  readonly success?: Spend
  readonly failure?: Spend
  /** The success holds under every combination of flags, the failure under these flags and any that imply them. */
  readonly final?: boolean
}

// The flags that the corpus was made for: those of blocks.
const BLOCK_FLAGS = parseFlags('P2SH,DERSIG,NULLDUMMY,CHECKLOCKTIMEVERIFY,CHECKSEQUENCEVERIFY,WITNESS,TAPROOT')

/** All valid combinations of the block flags. */
const COMBINATIONS = (() => {
  const bits = Object.values(SCRIPT_FLAGS).filter((flag) => (flag & BLOCK_FLAGS) !== 0)
  const all = Array.from({ length: 1 << bits.length }, (_, pick) =>
    bits.reduce<number>((flags, bit, i) => ((pick >> i) & 1 ? flags | bit : flags), 0),
  )
  const { P2SH, WITNESS, TAPROOT } = SCRIPT_FLAGS
  return all.filter(
    (flags) =>
      ((flags & WITNESS) === 0 || (flags & P2SH) !== 0) && ((flags & TAPROOT) === 0 || (flags & WITNESS) !== 0),
  )
})()

function withSpend(tx: Transaction, index: number, { scriptSig, witness }: Spend): Transaction {
  const spend = { scriptSig: hexToBytes(scriptSig), witness: witness.map(hexToBytes) }
  return { ...tx, inputs: tx.inputs.map((input, i) => (i === index ? { ...input, ...spend } : input)) }
}

describe.skipIf(!isThere)(`script_assets_test.json${isThere ? '' : `: not found in ${vectorsFolder}`}`, () => {
  it('gives every case its verdict', () => {
    const cases = readVectorJson(FILE) as readonly AssetCase[]
    const verify = createMemoVerifier()
    expect(cases.length).toBeGreaterThan(2000)
    for (const { tx: rawTx, prevouts, index, flags: flagsText, comment, success, failure, final } of cases) {
      const tx = unwrap(decodeTransaction(hexToBytes(rawTx)))
      const spent = prevouts.map((raw) => unwrap(decodeExact(hexToBytes(raw), readOutput)))
      const flags = parseFlags(flagsText)
      if (success) {
        const cache = new SighashCache(withSpend(tx, index, success), spent)
        for (const each of COMBINATIONS) {
          // Without finality a good spend is only known to be good under fewer flags.
          if (!final && (each & flags) !== each) continue
          expect(verifyInput({ cache, inputIndex: index, flags: each }, verify), `${comment} ${each}`).toMatchObject({
            ok: true,
          })
        }
        const collected = unwrap(collectInputChecks({ cache, inputIndex: index, flags }))
        const good = collected.every((check) => verify(check))
        expect(good || verifyInput({ cache, inputIndex: index, flags }, verify).ok, comment).toBe(true)
      }
      if (failure) {
        const cache = new SighashCache(withSpend(tx, index, failure), spent)
        for (const each of COMBINATIONS) {
          if ((each & flags) !== flags) continue
          expect(verifyInput({ cache, inputIndex: index, flags: each }, verify).ok, `${comment} ${each}`).toBe(false)
        }
        const collected = collectInputChecks({ cache, inputIndex: index, flags })
        expect(collected.ok && collected.value.every((check) => verify(check)), comment).toBe(false)
      }
    }
  }, 600_000)
})
