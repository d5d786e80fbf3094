import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { sats, type Txid } from '@ply/primitives'
import { SIGHASH_ALL, SIGHASH_ANYONECANPAY, SIGHASH_NONE, SIGHASH_SINGLE } from '@ply/script'
import { SeededEntropy } from '@ply/testkit'
import { describe, expect, test } from 'vitest'
import bip370 from '../testdata/bip370.json' with { type: 'json' }
import { decodeBase64, encodeBase64 } from './base64.ts'
import { combinePsbts } from './combinePsbts.ts'
import { addPsbtInput, addPsbtOutput, closePsbt, createEmptyPsbt } from './constructPsbt.ts'
import { toPsbtVersion0, toPsbtVersion2 } from './convertPsbt.ts'
import { extractTransaction, finalizePsbt } from './finalizePsbt.ts'
import { modifiableFlags } from './modifiable.ts'
import { createPsbt, decodePsbt, encodePsbt, type Psbt } from './psbt.ts'
import { signPsbtInput } from './signPsbt.ts'
import { setSighashType, setWitnessUtxo, updatePsbtInput } from './updatePsbt.ts'

type Cases = readonly (readonly [string, string])[]
const vectors = bip370 as unknown as {
  readonly invalid: Cases
  readonly valid: Cases
  readonly lockTimes: readonly (readonly [string, string, number | null])[]
}

const bytesOf = (text: string): Uint8Array => unwrap(decodeBase64(text))
const read = (text: string): Psbt => unwrap(decodePsbt(bytesOf(text)))

describe('vectors of BIP 370', () => {
  test.each(vectors.invalid)('invalid: %s', (_, text) => {
    expect(decodePsbt(bytesOf(text)).ok).toBe(false)
  })
  test.each(vectors.valid)('valid: %s', (_, text) => {
    const psbt = read(text)
    expect(psbt.version).toBe(2)
    expect(encodeBase64(encodePsbt(psbt))).toBe(text)
    const old = toPsbtVersion0(psbt)
    expect(unwrap(decodePsbt(encodePsbt(old)))).toEqual(old)
    expect(toPsbtVersion2(old).tx).toEqual(psbt.tx)
  })
  test.each(vectors.lockTimes)('lock time: %s', (_, text, expected) => {
    const decoded = decodePsbt(bytesOf(text))
    expect(decoded.ok ? decoded.value.tx.lockTime : decoded.error.code).toBe(expected ?? 'psbt-lock-time-conflict')
  })
})

const secretKey = hexToBytes('01'.repeat(32))
const scriptPubKey = hexToBytes('0014' + '79b000887626b294a914501a4cd226b58b235983')
const entropy = new SeededEntropy(370)
const outPoint = (byte: string) => ({ txid: hexToBytes(byte.repeat(32)) as Txid, index: 1 })
const spent = { value: sats(10_000), scriptPubKey }
const payment = { value: sats(9_000), scriptPubKey }

/** One input and one output, not signed yet. */
function sample(hashType?: number): Psbt {
  const empty = createEmptyPsbt({ lockTime: 7 })
  const psbt = unwrap(addPsbtOutput(unwrap(addPsbtInput(empty, { prevout: outPoint('11') })), payment))
  return updatePsbtInput(psbt, 0, (map) => {
    const known = setWitnessUtxo(map, spent)
    return hashType === undefined ? known : setSighashType(known, hashType)
  })
}

describe('the roles of BIP 370', () => {
  test('create, construct, sign, finalize and extract; encoded and read between the steps', () => {
    const psbt = unwrap(decodePsbt(encodePsbt(sample())))
    expect(psbt).toEqual(sample())
    expect(psbt.tx).toMatchObject({ version: 2, lockTime: 7 })
    const signed = unwrap(signPsbtInput(psbt, 0, { secretKey, entropy }))
    const { psbt: final, incomplete } = finalizePsbt(unwrap(decodePsbt(encodePsbt(signed))))
    expect(incomplete.size).toBe(0)
    const tx = unwrap(extractTransaction(unwrap(decodePsbt(encodePsbt(final)))))
    // The same as in version 0.
    const oldSigned = unwrap(signPsbtInput(toPsbtVersion0(psbt), 0, { secretKey, entropy }))
    expect(unwrap(extractTransaction(finalizePsbt(oldSigned).psbt))).toEqual(tx)
  })

  test('a signature closes what it covers', () => {
    const hashTypes = [SIGHASH_ALL, SIGHASH_NONE, SIGHASH_SINGLE].flatMap((type) => [type, type | SIGHASH_ANYONECANPAY])
    const flags = hashTypes.map((hashType) => {
      const signed = signPsbtInput(sample(hashType), 0, { secretKey, entropy, acceptedHashTypes: [hashType] })
      return modifiableFlags(unwrap(signed).global)
    })
    expect(flags).toEqual([0, 1, 2, 3, 4, 5])
    const closed = createPsbt(sample().tx, 2)
    expect(modifiableFlags(closed.global)).toBeUndefined()
    expect(addPsbtOutput(closed, payment)).toEqual({ ok: false, error: 'psbt-not-modifiable' })
    expect(addPsbtInput(closePsbt(sample()), { prevout: outPoint('22') })).toMatchObject({ ok: false })
  })

  test('inputs with lock times are added where the others and the signatures allow it', () => {
    const add = (psbt: Psbt, byte: string, lock: { requiredHeight?: number; requiredTime?: number }) =>
      addPsbtInput(psbt, { prevout: outPoint(byte), sequence: 1, ...lock })
    const high = unwrap(add(sample(), '22', { requiredHeight: 100 }))
    expect(high.tx.lockTime).toBe(100)
    expect(add(high, '22', {})).toEqual({ ok: false, error: 'psbt-duplicate-input' })
    expect(add(high, '33', { requiredTime: 1_700_000_000 })).toEqual({ ok: false, error: 'psbt-lock-time-conflict' })
    expect(unwrap(add(high, '33', { requiredTime: 1_700_000_000, requiredHeight: 90 })).tx.lockTime).toBe(100)
    const hashType = SIGHASH_ALL | SIGHASH_ANYONECANPAY
    const signed = unwrap(signPsbtInput(sample(hashType), 0, { secretKey, entropy, acceptedHashTypes: [hashType] }))
    expect(add(signed, '22', { requiredHeight: 100 })).toEqual({ ok: false, error: 'psbt-signed-lock-time' })
    expect(unwrap(add(signed, '22', {})).tx.inputs).toHaveLength(2)
  })

  test('a combiner takes PSBTs of one transaction and one version, whatever their sequences', () => {
    const psbt = sample()
    const signed = unwrap(signPsbtInput(psbt, 0, { secretKey, entropy }))
    const combined = unwrap(combinePsbts([psbt, signed]))
    expect(combined.inputs).toEqual(signed.inputs)
    expect(modifiableFlags(combined.global)).toBe(0)
    expect(combinePsbts([psbt, toPsbtVersion0(psbt)])).toEqual({ ok: false, error: 'psbt-mismatch' })
    expect(bytesToHex(encodePsbt(toPsbtVersion2(toPsbtVersion0(closePsbt(psbt)))))).toContain('fb0402000000')
  })
})
