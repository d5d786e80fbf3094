import { createRandom } from '@ply/testkit'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { describe, expect, it } from 'vitest'
import { collectInputChecks, verifyInput } from '../checker/verifyInput.ts'
import { SCRIPT_FLAGS } from '../interpreter/flags.ts'
import { SighashCache } from '../sighash/sighashCache.ts'
import {
  ALL_FLAGS,
  createMemoVerifier,
  excludeEachFlag,
  fillFlags,
  parseFlags,
  readTxCases,
  trimFlags,
  type TxCase,
} from './coreVectors.ts'

describe.skipIf(!hasVectors)(`tx_valid.json and tx_invalid.json${hasVectors ? '' : `: ${missingReason}`}`, () => {
  const read = (name: string): TxCase[] => (hasVectors ? readTxCases(readVectorJson(`bitcoin-core/${name}.json`)) : [])
  const verify = createMemoVerifier()

  /** True if every input's scripts pass. */
  function allInputsPass({ tx, spentOutputs }: TxCase, flags: number): boolean {
    const cache = new SighashCache(tx, spentOutputs)
    return tx.inputs.every((_, inputIndex) => verifyInput({ cache, inputIndex, flags }, verify).ok)
  }

  /** As a block is connected: collect, verify what was collected, and run again where that fails. */
  function allInputsPassCollected({ tx, spentOutputs }: TxCase, flags: number): boolean {
    const cache = new SighashCache(tx, spentOutputs)
    return tx.inputs.every((_, inputIndex) => {
      const input = { cache, inputIndex, flags }
      const collected = collectInputChecks(input)
      return collected.ok && (collected.value.every((check) => verify(check)) || verifyInput(input, verify).ok)
    })
  }

  it('tx_valid: passes with all flags but the listed ones, and those are needed', () => {
    const cases = read('tx_valid')
    const random = createRandom(1)
    expect(cases.length).toBe(121)
    for (const each of cases) {
      const excluded = parseFlags(each.flagsText)
      const flags = ALL_FLAGS & ~excluded
      expect(flags, each.name).toBe(fillFlags(flags))
      expect(allInputsPass(each, flags), each.name).toBe(true)
      expect(allInputsPassCollected(each, flags), each.name).toBe(true)
      for (const flag of Object.values(SCRIPT_FLAGS)) {
        for (const removed of [flag, random.below(ALL_FLAGS + 1)]) {
          const fewer = trimFlags(ALL_FLAGS & ~(excluded | removed))
          expect(allInputsPass(each, fewer), `${each.name} ${fewer}`).toBe(true)
        }
      }
      for (const fewerExcluded of excludeEachFlag(excluded)) {
        expect(allInputsPass(each, ALL_FLAGS & ~fewerExcluded), `${each.name}: needless exclusion`).toBe(false)
      }
    }
  })

  it('tx_invalid: fails with the listed flags, and each of them is needed', () => {
    // BADTX cases break rules about transactions, not scripts: @ply/consensus runs them.
    const all = read('tx_invalid')
    const cases = all.filter((each) => each.flagsText !== 'BADTX')
    const random = createRandom(2)
    expect([all.length, cases.length]).toEqual([93, 84])
    for (const each of cases) {
      const flags = parseFlags(each.flagsText)
      expect(flags, each.name).toBe(fillFlags(flags))
      expect(allInputsPass(each, flags), each.name).toBe(false)
      expect(allInputsPassCollected(each, flags), each.name).toBe(false)
      for (const flag of Object.values(SCRIPT_FLAGS)) {
        for (const added of [flag, random.below(ALL_FLAGS + 1)]) {
          const more = fillFlags(flags | added)
          expect(allInputsPass(each, more), `${each.name} ${more}`).toBe(false)
        }
      }
      for (const fewer of excludeEachFlag(flags)) {
        expect(allInputsPass(each, fewer), `${each.name}: needless flag`).toBe(true)
      }
    }
  })
})
