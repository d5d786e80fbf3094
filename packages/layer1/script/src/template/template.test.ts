import { concatBytes, hexToBytes } from '@ply/bytes'
import { publicKeyFromSecret } from '@ply/crypto'
import { describe, expect, it } from 'vitest'
import { createScript } from '../encoding/script.ts'
import { SCRIPT_VERIFY_NONE, STANDARD_SCRIPT_VERIFY_FLAGS } from '../interpreter/flags.ts'
import * as op from '../opcode/opcodes.ts'
import { countP2shSigops, countSigops, countWitnessSigops } from '../sigop/countSigops.ts'
import { classifyOutput } from './classifyOutput.ts'
import { isP2tr, isP2wpkh, isP2wsh } from './patterns.ts'
import * as template from './templates.ts'

const key = publicKeyFromSecret(new Uint8Array(32).fill(1))!
const uncompressed = publicKeyFromSecret(new Uint8Array(32).fill(1), false)!
const hash20 = new Uint8Array(20).fill(7)
const hash32 = new Uint8Array(32).fill(9)

describe('classifyOutput', () => {
  it('knows every template', () => {
    expect(classifyOutput(template.createP2pk(key))).toEqual({ type: 'pubkey', publicKey: key })
    expect(classifyOutput(template.createP2pk(uncompressed))).toEqual({ type: 'pubkey', publicKey: uncompressed })
    expect(classifyOutput(template.createP2pkh(hash20))).toEqual({ type: 'pubkeyhash', hash: hash20 })
    expect(classifyOutput(template.createP2sh(hash32)).type).toBe('scripthash')
    const v0 = { type: 'witness_v0_keyhash', version: 0, program: hash20 }
    expect(classifyOutput(template.createP2wpkh(hash20))).toEqual(v0)
    expect(isP2wpkh(template.createP2wpkh(hash20))).toBe(true)
    expect(classifyOutput(template.createP2wsh(key)).type).toBe('witness_v0_scripthash')
    expect(isP2wsh(template.createP2wsh(key))).toBe(true)
    expect(classifyOutput(template.createP2tr(hash32)).type).toBe('witness_v1_taproot')
    expect(isP2tr(template.createP2tr(hash32))).toBe(true)
    expect(classifyOutput(template.createP2a())).toEqual({ type: 'anchor' })
    expect(classifyOutput(template.createNullData(hash32, hash20))).toEqual({ type: 'nulldata' })
    const multisig = { type: 'multisig', required: 2, publicKeys: [key, uncompressed, key] }
    expect(classifyOutput(template.createMultisig(2, [key, uncompressed, key]))).toEqual(multisig)
    const many = Array.from({ length: 20 }, () => key)
    expect(classifyOutput(template.createMultisig(17, many))).toEqual({
      type: 'multisig',
      required: 17,
      publicKeys: many,
    })
    const unknown = { type: 'witness_unknown', version: 1, program: hash20 }
    expect(classifyOutput(createScript([op.OP_1, hash20]))).toEqual(unknown)
    expect(classifyOutput(createScript([op.OP_16, hash32])).type).toBe('witness_unknown')
  })

  it('calls everything else nonstandard', () => {
    const nearMisses = [
      new Uint8Array(0),
      createScript([op.OP_0, new Uint8Array(21)]),
      createScript([op.OP_RETURN, op.OP_DUP]),
      hexToBytes('6a05aa'),
      concatBytes(template.createP2pkh(hash20), Uint8Array.of(op.OP_NOP)),
      createScript([concatBytes(Uint8Array.of(5), key.subarray(1)), op.OP_CHECKSIG]),
      createScript([2n, key, 1n, op.OP_CHECKMULTISIG]),
      createScript([0n, key, 1n, op.OP_CHECKMULTISIG]),
      createScript([1n, key, 2n, op.OP_CHECKMULTISIG]),
      createScript([1n, hash32, 1n, op.OP_CHECKMULTISIG]),
      createScript([1n, key, 1n, op.OP_NOP, op.OP_CHECKMULTISIG]),
      createScript([1n, key, op.OP_CHECKMULTISIG]),
      concatBytes(hexToBytes('0101'), createScript([key, 1n, op.OP_CHECKMULTISIG])),
    ]
    for (const script of nearMisses) expect(classifyOutput(script)).toEqual({ type: 'nonstandard' })
  })
})

describe('countSigops', () => {
  const multisig = template.createMultisig(1, [key, key])

  it('counts opcodes, multisigs as twenty or by their keys', () => {
    expect(countSigops(template.createP2pkh(hash20), false)).toBe(1)
    expect(countSigops(multisig, false)).toBe(20)
    expect(countSigops(multisig, true)).toBe(2)
    expect(countSigops(createScript([op.OP_CHECKSIGVERIFY, op.OP_CHECKMULTISIGVERIFY]), true)).toBe(21)
    expect(countSigops(hexToBytes('ac' + '05ac'), true)).toBe(1)
  })

  it('counts redeem scripts', () => {
    const p2sh = template.createP2sh(multisig)
    expect(countP2shSigops(createScript([multisig]), p2sh)).toBe(2)
    expect(countP2shSigops(createScript([op.OP_NOP, multisig]), p2sh)).toBe(0)
    expect(countP2shSigops(createScript([multisig]), multisig)).toBe(0)
    expect(countP2shSigops(new Uint8Array(0), p2sh)).toBe(0)
  })

  it('counts witnesses', () => {
    const count = (scriptPubKey: Uint8Array, scriptSig: Uint8Array, witness: readonly Uint8Array[]): number =>
      countWitnessSigops({ scriptSig, scriptPubKey, witness, flags: STANDARD_SCRIPT_VERIFY_FLAGS })
    const none = new Uint8Array(0)
    const p2wsh = template.createP2wsh(multisig)
    const p2wpkh = template.createP2wpkh(hash20)
    expect(count(p2wpkh, none, [])).toBe(1)
    expect(count(p2wsh, none, [none, multisig])).toBe(2)
    expect(count(p2wsh, none, [])).toBe(0)
    expect(count(template.createP2sh(p2wpkh), createScript([p2wpkh]), [])).toBe(1)
    expect(count(template.createP2sh(p2wsh), createScript([p2wsh]), [multisig])).toBe(2)
    expect(count(template.createP2tr(hash32), none, [multisig])).toBe(0)
    const flags = SCRIPT_VERIFY_NONE
    expect(countWitnessSigops({ scriptSig: none, scriptPubKey: p2wpkh, witness: [], flags })).toBe(0)
  })
})
