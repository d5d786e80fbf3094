import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { computeTxid, SEQUENCE_FINAL, sats, type Transaction, type Txid, ZERO_HASH } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { describe, expect, it } from 'vitest'
import { TransactionChecker } from '../checker/transactionChecker.ts'
import { collectInputChecks } from '../checker/verifyInput.ts'
import { parseScriptAsm } from '../encoding/asm.ts'
import { isValidFlagCombination, SCRIPT_VERIFY_CLEANSTACK } from '../interpreter/flags.ts'
import { verifyScript } from '../interpreter/verifyScript.ts'
import { SighashCache } from '../sighash/sighashCache.ts'
import { createTaprootOutput, type TaprootOutput } from '../taproot/tree.ts'
import { ALL_FLAGS, createMemoVerifier, fillFlags, parseFlags } from './coreVectors.ts'

interface ScriptCase {
  readonly name: string
  readonly scriptSig: Uint8Array
  readonly scriptPubKey: Uint8Array
  readonly witness: readonly Uint8Array[]
  readonly value: bigint
  readonly flags: number
  readonly expected: string
}

// The internal key of the taproot templates: that of the secret key 1.
const INTERNAL_KEY = hexToBytes('79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798')
const SCRIPT_MARK = '#SCRIPT#'

/** A witness with its amount last. `#SCRIPT# asm` is a tapscript, `#CONTROLBLOCK#` the control block of the one before. */
function readWitness(items: readonly (string | number)[]): {
  witness: Uint8Array[]
  value: bigint
  taproot: TaprootOutput | undefined
} {
  const witness: Uint8Array[] = []
  let taproot: TaprootOutput | undefined
  for (const item of items.slice(0, -1).map(String)) {
    if (item.startsWith(SCRIPT_MARK)) {
      witness.push(unwrap(parseScriptAsm(item.slice(SCRIPT_MARK.length))))
    } else if (item === '#CONTROLBLOCK#') {
      taproot = createTaprootOutput(INTERNAL_KEY, { script: witness.at(-1)! })
      witness.push(taproot!.leaves[0]!.controlBlock)
    } else {
      witness.push(hexToBytes(item))
    }
  }
  return { witness, value: BigInt(Math.round(Number(items.at(-1)) * 1e8)), taproot }
}

function readCase(entry: readonly unknown[]): ScriptCase {
  const hasWitness = Array.isArray(entry[0])
  const { witness, value, taproot } = readWitness(hasWitness ? (entry[0] as (string | number)[]) : [0])
  const [scriptSig, scriptPubKey, flags, expected] = (hasWitness ? entry.slice(1) : entry) as string[]
  const generated = scriptPubKey === '0x51 0x20 #TAPROOTOUTPUT#'
  const named = parseFlags(flags!)
  return {
    name: JSON.stringify(entry).slice(0, 200),
    scriptSig: unwrap(parseScriptAsm(scriptSig!)),
    scriptPubKey: generated ? taproot!.scriptPubKey : unwrap(parseScriptAsm(scriptPubKey!)),
    witness,
    value,
    flags: (named & SCRIPT_VERIFY_CLEANSTACK) !== 0 ? fillFlags(named) : named,
    // The file's only name that is not Bitcoin Core's code.
    expected: expected === 'NULLFAIL' ? 'SIG_NULLFAIL' : expected!,
  }
}

/** A transaction that pays to the script and one that spends it, as the head of the file describes them. */
function createSpend({ scriptSig, scriptPubKey, witness, value }: ScriptCase): SighashCache {
  const credit: Transaction = {
    version: 1,
    inputs: [
      {
        prevout: { txid: ZERO_HASH as Txid, index: 0xffffffff },
        scriptSig: Uint8Array.of(0, 0),
        sequence: SEQUENCE_FINAL,
        witness: [],
      },
    ],
    outputs: [{ value: sats(value), scriptPubKey }],
    lockTime: 0,
  }
  const spend: Transaction = {
    version: 1,
    inputs: [{ prevout: { txid: computeTxid(credit), index: 0 }, scriptSig, sequence: SEQUENCE_FINAL, witness }],
    outputs: [{ value: sats(value), scriptPubKey: new Uint8Array(0) }],
    lockTime: 0,
  }
  return new SighashCache(spend, credit.outputs)
}

describe.skipIf(!hasVectors)(`script_tests.json${hasVectors ? '' : `: ${missingReason}`}`, () => {
  const entries = hasVectors ? (readVectorJson('bitcoin-core/script_tests.json') as unknown[][]) : []
  const cases = entries.filter((entry) => entry.length > 1).map(readCase)
  const verify = createMemoVerifier()

  const codeOf = (each: ScriptCase, flags: number): string => {
    const checker = new TransactionChecker(createSpend(each), 0, verify)
    const verdict = verifyScript({ ...each, flags, checker })
    return verdict.ok ? 'OK' : verdict.error
  }

  it('has the cases that we know', () => {
    expect(cases.length).toBe(1222)
    expect(cases.filter((each) => each.name.includes('#CONTROLBLOCK#')).length).toBe(5)
  })

  it('gives every case its expected code', () => {
    const wrong = cases.map((each) => [each.name, each.expected, codeOf(each, each.flags)])
    expect(wrong.filter(([, expected, got]) => expected !== got)).toEqual([])
  })

  it('keeps its verdict when flags are removed from a good case or added to a bad one', () => {
    const random = createRandom(1)
    for (const each of cases) {
      const isGood = each.expected === 'OK'
      for (let i = 0; i < 16; i++) {
        const extra = random.below(ALL_FLAGS + 1)
        const flags = isGood ? each.flags & ~extra : each.flags | extra
        if (isValidFlagCombination(flags)) expect(codeOf(each, flags) === 'OK', `${each.name} ${flags}`).toBe(isGood)
      }
    }
  })

  it('reaches the same verdict by collecting signatures', () => {
    let collectedChecks = 0
    for (const each of cases) {
      const collected = collectInputChecks({ cache: createSpend(each), inputIndex: 0, flags: each.flags })
      if (collected.ok) {
        collectedChecks += collected.value.length
        const allGood = collected.value.every((check) => verify(check))
        if (allGood) expect('OK', each.name).toBe(each.expected)
        // A bad signature among them says nothing yet: the scripts are run again.
      } else {
        expect(collected.error, each.name).toBe(each.expected)
      }
      for (const check of collected.ok ? collected.value : []) {
        expect([check.hash.length, check.signature.length], bytesToHex(check.publicKey)).toEqual([32, 64])
      }
    }
    expect(collectedChecks).toBe(48)
  })
})
