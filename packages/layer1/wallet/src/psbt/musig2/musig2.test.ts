import { bytesToHex, unwrap } from '@ply/bytes'
import { publicKeyFromSecret } from '@ply/crypto'
import { decodeWif, REGTEST } from '@ply/primitives'
import {
  type DerivedOutput,
  deriveOutputs,
  parseDescriptor,
  SIGHASH_ALL,
  SIGHASH_ANYONECANPAY,
  SIGHASH_DEFAULT,
} from '@ply/script'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { describe, expect, test } from 'vitest'
import { checkTransaction, create, entropy, fill, read } from '../../test/descriptorPsbt.ts'
import { decodeBase64 } from '../base64.ts'
import { combinePsbts } from '../combinePsbts.ts'
import { toPsbtVersion2 } from '../convertPsbt.ts'
import { INPUT, OUTPUT } from '../fieldType.ts'
import { finalizePsbt, finalWitness } from '../finalizePsbt.ts'
import { decodePsbt, type Psbt } from '../psbt.ts'
import { psbtEntries, setPsbtEntry } from '../psbtMap.ts'
import { setSighashType, updatePsbtInput } from '../updatePsbt.ts'
import { MAX_OPEN_SESSIONS, SecretNonces } from './secretNonces.ts'
import { type Musig2Signer, signMusig2Input } from './signMusig2.ts'

const ALL_ANYONECANPAY = SIGHASH_ALL | SIGHASH_ANYONECANPAY

/** BIP 341's point that nobody knows the secret key of. */
const H = '50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0'

function derive(text: string): readonly [spent: DerivedOutput, change: DerivedOutput] {
  const descriptor = unwrap(parseDescriptor(fill(text), REGTEST))
  const [spent, change] = [7, 8].map((index) => unwrap(deriveOutputs(descriptor, index))[0]!)
  return [spent!, change!]
}

const keyOf = (secretKey: Uint8Array) => ({ secretKey, publicKey: publicKeyFromSecret(secretKey)! })

/** A signer for each secret key that an output's aggregates know; each remembers its own sessions. */
function createSigners({ keys }: DerivedOutput): Musig2Signer[] {
  const secrets = new Map<string, Uint8Array>()
  for (const { secretKey } of keys.flatMap(({ participants = [] }) => participants)) {
    if (secretKey) secrets.set(bytesToHex(secretKey), secretKey)
  }
  return [...secrets.values()].map((secretKey) => ({
    keys: [keyOf(secretKey)],
    secretNonces: new SecretNonces(),
    entropy,
    acceptedHashTypes: [SIGHASH_DEFAULT, SIGHASH_ALL, ALL_ANYONECANPAY],
  }))
}

const signAll = (psbt: Psbt, signers: readonly Musig2Signer[]): Psbt =>
  unwrap(combinePsbts(signers.map((signer) => read(signMusig2Input(psbt, 0, signer)))))

const count = (psbt: Psbt, type: number): number => psbtEntries(psbt.inputs[0]!, type).length
const nonces = (psbt: Psbt): number => count(psbt, INPUT.musig2PublicNonce)
const partialSignatures = (psbt: Psbt): number => count(psbt, INPUT.musig2PartialSig)

// Whether the witness is more than a signature of the key path; the PSBT's version, the sighash type that it asks for.
const cases: readonly (readonly [text: string, isScriptPath: boolean, version: 0 | 2, hashType: number | undefined])[] =
  [
    ['rawtr(musig(A/0/*,B/1/*,C/2/*))', false, 0, ALL_ANYONECANPAY],
    ['rawtr(musig(A,B,C)/0/*)', false, 2, undefined],
    ['tr(musig(A/0/*,B/1/*,C/2/*))', false, 0, undefined],
    ['tr(musig(A,B)/0/*)', false, 2, ALL_ANYONECANPAY],
    ['tr(musig(A,B,C)/0/1/2/*,pk(A/*))', false, 0, undefined],
    [`tr(${H},pk(musig(A/*,B/*,C/*)))`, true, 0, undefined],
    [`tr(${H},{pk(musig(A,B,C)/0/*),pk(musig(B,C)/1/*)})`, true, 2, SIGHASH_ALL],
    [`tr(${H},and_v(v:pk(musig(A,B,C)/0/*),after(1)))`, true, 0, ALL_ANYONECANPAY],
    [`tr(${H},and_v(vc:pk_h(musig(A,B)/0/*),after(1)))`, true, 2, undefined],
  ]

describe.each(cases)('%s', (text, isScriptPath, version, hashType) => {
  const [spent, change] = derive(text)

  test('nonces, partial signatures, a valid transaction', () => {
    const created = create(spent, change, { sequence: 0, lockTime: 1 })
    const asked = hashType === undefined ? created : updatePsbtInput(created, 0, (map) => setSighashType(map, hashType))
    const psbt = read(version === 2 ? toPsbtVersion2(asked) : asked)
    const signers = createSigners(spent)
    const aggregates = spent.keys.filter(({ participants }) => participants)
    const expected = aggregates.reduce((sum, { participants = [] }) => sum + participants.length, 0)

    const withNonces = signAll(psbt, signers)
    expect([nonces(withNonces), partialSignatures(withNonces)]).toEqual([expected, 0])
    expect(finalizePsbt(withNonces).incomplete.get(0)).toBe('psbt-missing-signature')
    const signed = signAll(withNonces, signers)
    expect([nonces(signed), partialSignatures(signed)]).toEqual([expected, expected])
    expect(signers.map(({ secretNonces }) => secretNonces.size)).toEqual(signers.map(() => 0))
    checkTransaction(signed, spent)
    expect(finalWitness(finalizePsbt(signed).psbt.inputs[0]!)!.length > 1).toBe(isScriptPath)
  })

  test('input and output name every aggregate, and where the keys of its participants come from', () => {
    const psbt = create(spent, change)
    const aggregates = spent.keys.filter(({ participants }) => participants)
    expect(count(psbt, INPUT.musig2Participants)).toBe(aggregates.length)
    expect(psbtEntries(psbt.outputs[0]!, OUTPUT.musig2Participants)).toHaveLength(aggregates.length)
    const named = psbtEntries(psbt.inputs[0]!, INPUT.tapBip32Derivation).map(({ keyData }) => bytesToHex(keyData))
    for (const { publicKey } of aggregates.flatMap(({ participants }) => participants!)) {
      expect(named).toContain(bytesToHex(publicKey.subarray(1)))
    }
  })
})

describe('a session', () => {
  const [spent, change] = derive('tr(musig(A,B,C)/0/*)')
  const psbt = create(spent, change)
  const spoil = (target: Psbt, type: number, at: number, change: (value: Uint8Array) => Uint8Array): Psbt => {
    const entry = psbtEntries(target.inputs[0]!, type)[at]!
    return updatePsbtInput(target, 0, (map) => setPsbtEntry(map, { ...entry, value: change(entry.value.slice()) }))
  }

  test('waits for the nonce of everybody', () => {
    const signers = createSigners(spent)
    const two = signAll(psbt, signers.slice(0, 2))
    for (const signer of signers.slice(0, 2)) expect(signMusig2Input(two, 0, signer)).toBe(two)
    expect(nonces(signMusig2Input(two, 0, signers[2]!))).toBe(3)
  })

  test('waits for the partial signature of everybody', () => {
    const signers = createSigners(spent)
    const withNonces = signAll(psbt, signers)
    const two = signAll(withNonces, signers.slice(0, 2))
    expect(finalizePsbt(two).incomplete.get(0)).toBe('psbt-missing-signature')
    checkTransaction(signMusig2Input(two, 0, signers[2]!), spent)
  })

  test('signs once: never again with the same nonce, and with no other for the same PSBT', () => {
    const signers = createSigners(spent)
    const withNonces = signAll(psbt, signers)
    expect(partialSignatures(signMusig2Input(withNonces, 0, signers[0]!))).toBe(1)
    expect(signMusig2Input(withNonces, 0, signers[0]!)).toBe(withNonces)
  })

  test('shares no nonce with another one over the same transaction', () => {
    const signers = createSigners(spent)
    const sessions = [signAll(psbt, signers), signAll(psbt, signers)]
    const values = sessions.flatMap((one) =>
      psbtEntries(one.inputs[0]!, INPUT.musig2PublicNonce).map(({ value }) => bytesToHex(value)),
    )
    expect(new Set(values).size).toBe(6)
    for (const session of sessions) checkTransaction(signAll(session, signers), spent)
  })

  test('ends where the transaction, or what it is signed as, becomes another', () => {
    const signers = createSigners(spent)
    const withNonces = signAll(psbt, signers)
    const [output] = psbt.tx.outputs
    const other = { ...withNonces, tx: { ...psbt.tx, outputs: [{ ...output!, scriptPubKey: Uint8Array.of(0x51) }] } }
    expect(signMusig2Input(other, 0, signers[0]!)).toBe(other)
    const retyped = updatePsbtInput(withNonces, 0, (map) => setSighashType(map, ALL_ANYONECANPAY))
    expect(signMusig2Input(retyped, 0, signers[0]!)).toBe(retyped)
    // The secret nonces are still good for what they were made for.
    checkTransaction(signAll(withNonces, signers), spent)
  })

  test('survives a nonce that is no point: nobody spends a secret one on it', () => {
    const signers = createSigners(spent)
    const withNonces = signAll(psbt, signers)
    const spoiled = spoil(withNonces, INPUT.musig2PublicNonce, 2, (value) => value.fill(0))
    for (const signer of signers) expect(signMusig2Input(spoiled, 0, signer)).toBe(spoiled)
    checkTransaction(signAll(withNonces, signers), spent)
  })

  test('comes to nothing with one wrong partial signature', () => {
    const signers = createSigners(spent)
    const signed = signAll(signAll(psbt, signers), signers)
    const spoiled = spoil(signed, INPUT.musig2PartialSig, 1, (value) => value.fill(value[31]! ^ 1, 31))
    expect(finalizePsbt(spoiled).incomplete.get(0)).toBe('psbt-missing-signature')
  })

  test('is refused for participants that do not make the aggregate', () => {
    const [signer] = createSigners(spent)
    const stranger = publicKeyFromSecret(new Uint8Array(32).fill(77))!
    const spoiled = spoil(psbt, INPUT.musig2Participants, 0, (value) => {
      value.set(stranger, 33)
      return value
    })
    expect(signMusig2Input(spoiled, 0, signer!)).toBe(spoiled)
  })

  test('asks nobody to sign less than the whole transaction who was not told to', () => {
    const [{ acceptedHashTypes: _, ...signer }] = createSigners(spent) as [Musig2Signer]
    const asking = updatePsbtInput(psbt, 0, (map) => setSighashType(map, ALL_ANYONECANPAY))
    expect(signMusig2Input(asking, 0, signer)).toBe(asking)
    expect(nonces(signMusig2Input(psbt, 0, signer))).toBe(1)
  })

  test('asks no signer that takes no part in it', () => {
    const outsider = { keys: [keyOf(new Uint8Array(32).fill(9))], secretNonces: new SecretNonces(), entropy }
    expect(signMusig2Input(psbt, 0, outsider)).toBe(psbt)
    expect(outsider.secretNonces.size).toBe(0)
  })
})

describe('secret nonces', () => {
  test('show nothing of themselves', () => {
    const [spent, change] = derive('tr(musig(A,B)/0/*)')
    const [signer] = createSigners(spent)
    signMusig2Input(create(spent, change), 0, signer!)
    expect(signer!.secretNonces.size).toBe(1)
    expect(JSON.stringify(signer!.secretNonces)).toBe('{}')
    expect(Object.keys(signer!.secretNonces)).toEqual([])
  })

  test('make room for new sessions at the cost of the oldest', () => {
    const waiting = new SecretNonces()
    const bytes = new Uint8Array(33)
    const purpose = { participant: bytes, plainKey: bytes, message: bytes }
    const publicNonce = (i: number): Uint8Array => Uint8Array.of(i, i >> 8, i >> 16)
    // What is kept does not matter here.
    const secretNonce = { isSpent: false } as never
    for (let i = 0; i <= MAX_OPEN_SESSIONS; i++) waiting.keep(purpose, { secretNonce, publicNonce: publicNonce(i) })
    expect(waiting.size).toBe(MAX_OPEN_SESSIONS)
    expect([0, 1].map((i) => waiting.take(purpose, publicNonce(i)) !== undefined)).toEqual([false, true])
    expect(waiting.take(purpose, publicNonce(1))).toBeUndefined()
  })
})

describe.skipIf(!hasVectors)(hasVectors ? "BIP 373's PSBTs" : missingReason, () => {
  /** The participants of all of BIP 373's aggregates. */
  const secretKeys = [
    'cStJABmHavSe7SFH2f7caQUgx3TUyXum8wtcxFyKyYP8LEqnMiEh',
    'cRWjhuCcHgLLPVPNav8uX8xgGjHfcPjVvmWznGLz7CSKbGzmfvRQ',
    'cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87KcLPVfXz',
  ].map((wif) => unwrap(decodeWif(wif, REGTEST)).secretKey)
  const { valid } = hasVectors
    ? (readVectorJson('bitcoin-core/rpc_psbt.json') as { readonly valid: readonly string[] })
    : { valid: [] }
  const unsigned = valid
    .map((text) => unwrap(decodePsbt(unwrap(decodeBase64(text)))))
    .filter((psbt) => psbt.inputs.length === 1 && count(psbt, INPUT.musig2Participants) > 0 && nonces(psbt) === 0)

  test('there are some that wait for nonces', () => {
    expect(unsigned.length).toBeGreaterThanOrEqual(4)
  })

  test.each(unsigned.map((psbt, i) => [i, psbt] as const))('%i is signed by its participants', (_, psbt) => {
    const signers = secretKeys.map((key) => ({ keys: [keyOf(key)], secretNonces: new SecretNonces(), entropy }))
    const withNonces = signAll(psbt, signers)
    expect(nonces(withNonces)).toBeGreaterThanOrEqual(3)
    const { incomplete } = finalizePsbt(signAll(withNonces, signers))
    expect([...incomplete]).toEqual([])
  })
})
