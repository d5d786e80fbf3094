import { bytesToHex, concatBytes, hexToBytes, type Result, unwrap } from '@ply/bytes'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { describe, expect, test } from 'vitest'
import { publicKeyFromSecret } from '../keys.ts'
import { schnorrVerify } from '../schnorr.ts'
import { keyAggAndTweak, type MusigTweak } from './applyTweak.ts'
import { deterministicSign } from './deterministicSign.ts'
import { getXonlyPubkey, keyAgg } from './keyAgg.ts'
import { keySort } from './keySort.ts'
import { nonceAgg } from './nonceAgg.ts'
import { nonceGen } from './nonceGen.ts'
import { partialSigAgg } from './partialSigAgg.ts'
import { partialSigVerify } from './partialSigVerify.ts'
import { SecretNonce, takeScalars } from './secretNonce.ts'
import { sign } from './sign.ts'
import type { MusigViolation } from './violation.ts'

type Case = Readonly<Record<string, unknown>>
interface ExpectedError {
  readonly type: string
  readonly signer?: number | null
  readonly contrib?: string
  readonly message?: string
}

/** The reference's messages for misuse, and our codes for them. */
const VALUE_ERRORS: Readonly<Record<string, MusigViolation['code']>> = {
  'The tweak must be less than n.': 'tweak-out-of-range',
  'The result of tweaking cannot be infinity.': 'tweaked-key-infinite',
  "The signer's pubkey must be included in the list of pubkeys.": 'signer-not-in-session',
  'first secnonce value is out of range.': 'secret-nonce-spent',
}

function expectViolation(result: Result<unknown, MusigViolation>, expected: ExpectedError): void {
  expect(result.ok).toBe(false)
  if (result.ok) return
  if (expected.type === 'invalid_contribution') {
    expect(result.error).toMatchObject({ code: 'invalid-contribution', signer: expected.signer ?? undefined })
    // Some cases name the signer alone.
    if (expected.contrib !== undefined) expect(result.error).toMatchObject({ contribution: expected.contrib })
  } else if (expected.type === 'value') {
    const code = VALUE_ERRORS[expected.message ?? '']
    expect(code, `unknown message ${expected.message ?? ''}`).toBeDefined()
    expect(result.error.code).toBe(code)
  } else {
    expect.unreachable(`unknown error type ${expected.type}`)
  }
}

const FOLDER = 'bips/bip-0327/vectors'
const read = (name: string): Case => readVectorJson(`${FOLDER}/${name}_vectors.json`) as Case
const hex = (value: unknown): Uint8Array => hexToBytes(value as string)
const optionalHex = (value: unknown): Uint8Array | undefined => (value === null ? undefined : hex(value))
const hexList = (value: unknown): Uint8Array[] => (value as string[]).map(hex)
const pick = (list: Uint8Array[], indices: unknown): Uint8Array[] => (indices as number[]).map((i) => list[i]!)
const cases = (file: Case, group: string): (readonly [string, Case])[] =>
  (file[group] as Case[]).map((one, i) => [`${group} ${i} ${(one['comment'] as string | undefined) ?? ''}`, one])
const tweaksOf = (tweaks: Uint8Array[], isXonly: unknown): MusigTweak[] =>
  tweaks.map((tweak, i) => ({ tweak, mode: (isXonly as boolean[])[i] ? 'xonly' : 'plain' }))

/** A nonce of the reference's 97 bytes; all zero means used up. */
function secretNonceOf(bytes: Uint8Array): SecretNonce {
  const scalar = (start: number): bigint => BigInt('0x' + bytesToHex(bytes.subarray(start, start + 32)))
  const nonce = new SecretNonce({ first: scalar(0), second: scalar(32), publicKey: bytes.slice(64) })
  if (scalar(0) === 0n) takeScalars(nonce)
  return nonce
}

/** Fails where a vector file has a group of cases that no test below runs. */
function expectGroups(file: Case, groups: readonly string[]): void {
  expect(Object.keys(file).filter((key) => key.endsWith('test_cases'))).toEqual(groups)
}

test.skipIf(hasVectors)(`BIP 327 vectors: ${missingReason}`, () => undefined)

describe.runIf(hasVectors)('BIP 327 key_sort', () => {
  test('sorts', () => {
    const file = read('key_sort')
    expect(keySort(hexList(file['pubkeys']))).toEqual(hexList(file['sorted_pubkeys']))
    expectGroups(file, [])
  })
})

describe.runIf(hasVectors)('BIP 327 key_agg', () => {
  const file = hasVectors ? read('key_agg') : { valid_test_cases: [], error_test_cases: [] }
  const keysOf = (one: Case): Uint8Array[] => pick(hexList(file['pubkeys']), one['key_indices'])
  test('every group runs', () => expectGroups(file, ['valid_test_cases', 'error_test_cases']))
  test.each(cases(file, 'valid_test_cases'))('%s', (_, one) => {
    expect(getXonlyPubkey(unwrap(keyAgg(keysOf(one))))).toEqual(hex(one['expected']))
  })
  test.each(cases(file, 'error_test_cases'))('%s', (_, one) => {
    const tweaks = tweaksOf(pick(hexList(file['tweaks']), one['tweak_indices']), one['is_xonly'])
    expectViolation(keyAggAndTweak(keysOf(one), tweaks), one['error'] as ExpectedError)
  })
})

describe.runIf(hasVectors)('BIP 327 nonce_gen', () => {
  const file = hasVectors ? read('nonce_gen') : { test_cases: [] }
  test('every group runs', () => expectGroups(file, ['test_cases']))
  test.each(cases(file, 'test_cases'))('%s', (_, one) => {
    const { secretNonce, publicNonce } = nonceGen(
      {
        publicKey: hex(one['pk']),
        secretKey: optionalHex(one['sk']),
        aggregateKey: optionalHex(one['aggpk']),
        message: optionalHex(one['msg']),
        extraInput: optionalHex(one['extra_in']),
      },
      { bytes: () => hex(one['rand_']) },
    )
    expect(publicNonce).toEqual(hex(one['expected_pubnonce']))
    const { first, second, publicKey } = takeScalars(secretNonce)!
    const scalars = hexToBytes(first.toString(16).padStart(64, '0') + second.toString(16).padStart(64, '0'))
    expect(concatBytes(scalars, publicKey)).toEqual(hex(one['expected_secnonce']))
  })
})

describe.runIf(hasVectors)('BIP 327 nonce_agg', () => {
  const file = hasVectors ? read('nonce_agg') : { valid_test_cases: [], error_test_cases: [] }
  const noncesOf = (one: Case): Uint8Array[] => pick(hexList(file['pnonces']), one['pnonce_indices'])
  test('every group runs', () => expectGroups(file, ['valid_test_cases', 'error_test_cases']))
  test.each(cases(file, 'valid_test_cases'))('%s', (_, one) => {
    expect(unwrap(nonceAgg(noncesOf(one)))).toEqual(hex(one['expected']))
  })
  test.each(cases(file, 'error_test_cases'))('%s', (_, one) => {
    expectViolation(nonceAgg(noncesOf(one)), one['error'] as ExpectedError)
  })
})

describe.runIf(hasVectors)('BIP 327 sign_verify', () => {
  const groups = ['valid_test_cases', 'sign_error_test_cases', 'verify_fail_test_cases', 'verify_error_test_cases']
  const file = hasVectors ? read('sign_verify') : Object.fromEntries(groups.map((group) => [group, []]))
  const keysOf = (one: Case): Uint8Array[] => pick(hexList(file['pubkeys']), one['key_indices'])
  const noncesOf = (one: Case): Uint8Array[] => pick(hexList(file['pnonces']), one['nonce_indices'])
  const messageOf = (one: Case): Uint8Array => hexList(file['msgs'])[one['msg_index'] as number]!
  const verify = (one: Case, partialSignature: Uint8Array): Result<void, MusigViolation> =>
    partialSigVerify({
      publicKeys: keysOf(one),
      publicNonces: noncesOf(one),
      tweaks: [],
      message: messageOf(one),
      partialSignature,
      signer: one['signer_index'] as number,
    })
  const signAs = (one: Case): Result<Uint8Array, MusigViolation> =>
    sign(
      secretNonceOf(hexList(file['secnonces'])[(one['secnonce_index'] as number | undefined) ?? 0]!),
      hex(file['sk']),
      {
        aggregateNonce: hexList(file['aggnonces'])[one['aggnonce_index'] as number]!,
        publicKeys: keysOf(one),
        tweaks: [],
        message: messageOf(one),
      },
    )

  test('every group runs', () => expectGroups(file, groups))
  test.each(cases(file, 'valid_test_cases'))('%s', (_, one) => {
    expect(unwrap(nonceAgg(noncesOf(one)))).toEqual(hexList(file['aggnonces'])[one['aggnonce_index'] as number])
    expect(unwrap(signAs(one))).toEqual(hex(one['expected']))
    expect(verify(one, hex(one['expected'])).ok).toBe(true)
  })
  test.each(cases(file, 'sign_error_test_cases'))('%s', (_, one) => {
    expectViolation(signAs(one), one['error'] as ExpectedError)
  })
  test.each(cases(file, 'verify_fail_test_cases'))('%s', (_, one) => {
    expectViolation(verify(one, hex(one['sig'])), {
      type: 'invalid_contribution',
      signer: one['signer_index'] as number,
      contrib: 'psig',
    })
  })
  test.each(cases(file, 'verify_error_test_cases'))('%s', (_, one) => {
    expectViolation(verify(one, hex(one['sig'])), one['error'] as ExpectedError)
  })
})

describe.runIf(hasVectors)('BIP 327 tweak', () => {
  const file = hasVectors ? read('tweak') : { valid_test_cases: [], error_test_cases: [] }
  const sessionOf = (one: Case): { publicKeys: Uint8Array[]; tweaks: MusigTweak[]; message: Uint8Array } => ({
    publicKeys: pick(hexList(file['pubkeys']), one['key_indices']),
    tweaks: tweaksOf(pick(hexList(file['tweaks']), one['tweak_indices']), one['is_xonly']),
    message: hex(file['msg']),
  })
  const signAs = (one: Case): Result<Uint8Array, MusigViolation> =>
    sign(secretNonceOf(hex(file['secnonce'])), hex(file['sk']), {
      ...sessionOf(one),
      aggregateNonce: hex(file['aggnonce']),
    })
  test('every group runs', () => expectGroups(file, ['valid_test_cases', 'error_test_cases']))
  test.each(cases(file, 'valid_test_cases'))('%s', (_, one) => {
    const partialSignature = unwrap(signAs(one))
    expect(partialSignature).toEqual(hex(one['expected']))
    const publicNonces = pick(hexList(file['pnonces']), one['nonce_indices'])
    const signer = one['signer_index'] as number
    expect(partialSigVerify({ ...sessionOf(one), publicNonces, partialSignature, signer }).ok).toBe(true)
  })
  test.each(cases(file, 'error_test_cases'))('%s', (_, one) => {
    expectViolation(signAs(one), one['error'] as ExpectedError)
  })
})

describe.runIf(hasVectors)('BIP 327 det_sign', () => {
  const file = hasVectors ? read('det_sign') : { valid_test_cases: [], error_test_cases: [] }
  const signAs = (one: Case): ReturnType<typeof deterministicSign> =>
    deterministicSign({
      secretKey: hex(file['sk']),
      aggregateOtherNonce: hex(one['aggothernonce']),
      publicKeys: pick(hexList(file['pubkeys']), one['key_indices']),
      tweaks: tweaksOf(hexList(one['tweaks']), one['is_xonly']),
      message: hexList(file['msgs'])[one['msg_index'] as number]!,
      random: optionalHex(one['rand']),
    })
  test('every group runs', () => expectGroups(file, ['valid_test_cases', 'error_test_cases']))
  test.each(cases(file, 'valid_test_cases'))('%s', (_, one) => {
    const { publicNonce, partialSignature } = unwrap(signAs(one))
    expect([publicNonce, partialSignature]).toEqual(hexList(one['expected']))
    expect(publicKeyFromSecret(hex(file['sk']))).toEqual(
      hexList(file['pubkeys'])[(one['key_indices'] as number[])[one['signer_index'] as number]!],
    )
  })
  test.each(cases(file, 'error_test_cases'))('%s', (_, one) => {
    expectViolation(signAs(one), one['error'] as ExpectedError)
  })
})

describe.runIf(hasVectors)('BIP 327 sig_agg', () => {
  const file = hasVectors ? read('sig_agg') : { valid_test_cases: [], error_test_cases: [] }
  const aggregate = (one: Case): Result<Uint8Array, MusigViolation> =>
    partialSigAgg(pick(hexList(file['psigs']), one['psig_indices']), {
      aggregateNonce: hex(one['aggnonce']),
      publicKeys: pick(hexList(file['pubkeys']), one['key_indices']),
      tweaks: tweaksOf(pick(hexList(file['tweaks']), one['tweak_indices']), one['is_xonly']),
      message: hex(file['msg']),
    })
  test('every group runs', () => expectGroups(file, ['valid_test_cases', 'error_test_cases']))
  test.each(cases(file, 'valid_test_cases'))('%s', (_, one) => {
    expect(unwrap(nonceAgg(pick(hexList(file['pnonces']), one['nonce_indices'])))).toEqual(hex(one['aggnonce']))
    const signature = unwrap(aggregate(one))
    expect(signature).toEqual(hex(one['expected']))
    const keys = pick(hexList(file['pubkeys']), one['key_indices'])
    const tweaks = tweaksOf(pick(hexList(file['tweaks']), one['tweak_indices']), one['is_xonly'])
    const aggregateKey = getXonlyPubkey(unwrap(keyAggAndTweak(keys, tweaks)))
    expect(schnorrVerify(hex(file['msg']), signature, aggregateKey)).toBe(true)
  })
  test.each(cases(file, 'error_test_cases'))('%s', (_, one) => {
    expectViolation(aggregate(one), one['error'] as ExpectedError)
  })
})
