import { hash160 } from '@ply/crypto'
import { bench, describe } from 'vitest'
import { collectInputChecks, verifyInput } from './checker/verifyInput.ts'
import { NULL_CHECKER } from './checker/signatureChecker.ts'
import { createScript } from './encoding/script.ts'
import { STANDARD_SCRIPT_VERIFY_FLAGS as flags } from './interpreter/flags.ts'
import { evalScript } from './interpreter/evalScript.ts'
import { OP_1ADD, OP_DROP, OP_DUP } from './opcode/opcodes.ts'
import { computeTaprootSecretKey } from './taproot/outputKey.ts'
import { createTaprootOutput } from './taproot/tree.ts'
import { createP2pkh, createP2wpkh } from './template/templates.ts'
import { createSpend, publicKey, secretKey, signSegwitV0, signTaproot, withWitness, xOnlyKey } from './test/spend.ts'

const keyHash = hash160(publicKey(1))
const unsignedV0 = createSpend([createP2wpkh(keyHash)])
const signatureV0 = signSegwitV0(unsignedV0, secretKey(1), {
  inputIndex: 0,
  scriptCode: createP2pkh(keyHash),
  hashType: 1,
})
const p2wpkh = { cache: withWitness(unsignedV0, 0, [signatureV0, publicKey(1)]), inputIndex: 0, flags }

const unsignedV1 = createSpend([createTaprootOutput(xOnlyKey(1))!.scriptPubKey])
const signatureV1 = signTaproot(unsignedV1, computeTaprootSecretKey(secretKey(1))!, { inputIndex: 0, hashType: 0 })
const p2tr = { cache: withWitness(unsignedV1, 0, [signatureV1]), inputIndex: 0, flags }

const arithmetic = createScript([1n, ...Array.from({ length: 60 }, () => [OP_DUP, OP_DROP, OP_1ADD]).flat()])

describe('one input', () => {
  bench('P2WPKH, verified at once', () => void verifyInput(p2wpkh))
  bench('P2WPKH, signature collected', () => void collectInputChecks(p2wpkh))
  bench('P2TR key path, verified at once', () => void verifyInput(p2tr))
  bench('P2TR key path, signature collected', () => void collectInputChecks(p2tr))
})

describe('interpreter', () => {
  bench('181 opcodes', () => void evalScript([], arithmetic, { flags: 0, checker: NULL_CHECKER }))
})
