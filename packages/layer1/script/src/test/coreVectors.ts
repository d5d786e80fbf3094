import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import {
  decodeDisplayHash,
  decodeTransaction,
  outPointKey,
  sats,
  type Transaction,
  type TxOutput,
  type Txid,
} from '@ply/primitives'
import { parseScriptAsm } from '../encoding/asm.ts'
import { SCRIPT_FLAGS } from '../interpreter/flags.ts'
import { type SignatureCheck, verifySignatureCheck } from '../checker/signatureCheck.ts'

// How Bitcoin Core's script test files are written: src/test/{script,transaction}_tests.cpp.

/** Every verify flag. */
export const ALL_FLAGS = Object.values(SCRIPT_FLAGS).reduce<number>((all, flag) => all | flag, 0)

const isFlagName = (name: string): name is keyof typeof SCRIPT_FLAGS => Object.hasOwn(SCRIPT_FLAGS, name)

/** `P2SH,STRICTENC`, `NONE` or nothing; an unknown name fails the runner. */
export function parseFlags(text: string): number {
  if (text === '' || text === 'NONE') return 0
  return text.split(',').reduce((flags, name) => {
    if (!isFlagName(name)) throw new Error(`unknown verify flag '${name}'`)
    return flags | SCRIPT_FLAGS[name]
  }, 0)
}

/** Takes away flags until the combination is valid. */
export function trimFlags(flags: number): number {
  const trimmed = (flags & SCRIPT_FLAGS.P2SH) === 0 ? flags & ~SCRIPT_FLAGS.WITNESS : flags
  return (trimmed & SCRIPT_FLAGS.WITNESS) === 0 ? trimmed & ~SCRIPT_FLAGS.CLEANSTACK : trimmed
}

/** Adds flags until the combination is valid. */
export function fillFlags(flags: number): number {
  const filled = (flags & SCRIPT_FLAGS.CLEANSTACK) !== 0 ? flags | SCRIPT_FLAGS.WITNESS : flags
  return (filled & SCRIPT_FLAGS.WITNESS) !== 0 ? filled | SCRIPT_FLAGS.P2SH : filled
}

/** The combinations that leave out one flag of `flags`, valid and each once. */
export function excludeEachFlag(flags: number): number[] {
  const combinations = new Set(Object.values(SCRIPT_FLAGS).map((flag) => trimFlags(flags & ~flag)))
  combinations.delete(flags)
  return [...combinations]
}

/** Verifies each distinct signature once: the runners ask for the same ones under many flags. */
export function createMemoVerifier(): (check: SignatureCheck) => boolean {
  const verdicts = new Map<string, boolean>()
  return (check) => {
    const key = [check.kind, ...[check.hash, check.signature, check.publicKey].map(bytesToHex)].join()
    const known = verdicts.get(key)
    if (known !== undefined) return known
    const verdict = verifySignatureCheck(check)
    verdicts.set(key, verdict)
    return verdict
  }
}

/** A case of tx_valid.json or tx_invalid.json. */
export interface TxCase {
  readonly name: string
  readonly tx: Transaction
  /** In the order of the inputs; undefined where the file does not give the output. */
  readonly spentOutputs: readonly (TxOutput | undefined)[]
  readonly flagsText: string
}

/** Reads the cases of tx_valid.json or tx_invalid.json; entries of one string are comments. */
export function readTxCases(json: unknown): TxCase[] {
  if (!Array.isArray(json)) throw new Error('not a list of cases')
  const cases: TxCase[] = []
  for (const entry of json as unknown[][]) {
    if (entry.length === 1 && typeof entry[0] === 'string') continue
    const [prevouts, rawTx, flagsText] = entry
    if (!Array.isArray(prevouts) || typeof rawTx !== 'string' || typeof flagsText !== 'string') {
      throw new Error(`bad case: ${JSON.stringify(entry)}`)
    }
    const tx = unwrap(decodeTransaction(hexToBytes(rawTx)))
    const outputs = new Map<string, TxOutput>()
    for (const [hash, index, asm, amount] of prevouts as [string, number, string, number?][]) {
      const prevout = { txid: unwrap(decodeDisplayHash<Txid>(hash)), index: index >>> 0 }
      outputs.set(outPointKey(prevout), {
        scriptPubKey: unwrap(parseScriptAsm(asm)),
        value: sats(amount ?? 0),
      })
    }
    const spentOutputs = tx.inputs.map((input) => outputs.get(outPointKey(input.prevout)))
    cases.push({ name: rawTx.slice(0, 40), tx, spentOutputs, flagsText })
  }
  return cases
}
