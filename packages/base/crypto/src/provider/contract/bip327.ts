import { assert, bigintFromBytesBE, bigintToBytesBE, bytesToHex, concatBytes, type Result, unwrap } from '@ply/bytes'
import { publicKeyFromSecret } from '../../keys.ts'
import { keyAggAndTweak, type MusigTweak } from '../../musig2/applyTweak.ts'
import { deterministicSign } from '../../musig2/deterministicSign.ts'
import { getXonlyPubkey, keyAgg } from '../../musig2/keyAgg.ts'
import { keySort } from '../../musig2/keySort.ts'
import { nonceAgg } from '../../musig2/nonceAgg.ts'
import { nonceGen } from '../../musig2/nonceGen.ts'
import { partialSigAgg } from '../../musig2/partialSigAgg.ts'
import { partialSigVerify } from '../../musig2/partialSigVerify.ts'
import { SecretNonce, takeScalars } from '../../musig2/secretNonce.ts'
import { sign } from '../../musig2/sign.ts'
import type { MusigViolation } from '../../musig2/violation.ts'
import { schnorrVerify } from '../../schnorr.ts'
import { type ContractCase, type ContractVectors, hex } from './contractCase.ts'
import { withProvider } from './withProvider.ts'

type Entry = Readonly<Record<string, unknown>>
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

const bytes = (value: unknown): Uint8Array => hex((value as string).toLowerCase())
const optionalBytes = (value: unknown): Uint8Array | undefined => (value === null ? undefined : bytes(value))
const list = (value: unknown): Uint8Array[] => (value as string[]).map(bytes)
const pick = (items: Uint8Array[], indices: unknown): Uint8Array[] => (indices as number[]).map((i) => items[i]!)
const tweaksOf = (items: Uint8Array[], isXonly: unknown): MusigTweak[] =>
  items.map((tweak, i) => ({ tweak, mode: (isXonly as boolean[])[i] ? 'xonly' : 'plain' }))

function check(actual: Uint8Array, expected: unknown): void {
  assert(bytesToHex(actual) === bytesToHex(bytes(expected)), `${bytesToHex(actual)} instead of ${String(expected)}`)
}

function checkViolation(result: Result<unknown, MusigViolation>, expected: ExpectedError): void {
  assert(!result.ok, 'no violation')
  const { error } = result
  if (expected.type === 'value') {
    const code = VALUE_ERRORS[expected.message ?? '']
    assert(error.code === code, `${error.code} instead of '${expected.message ?? ''}'`)
    return
  }
  assert(expected.type === 'invalid_contribution', `unknown error type ${expected.type}`)
  assert(error.code === 'invalid-contribution', `${error.code} instead of a blame`)
  assert(error.signer === (expected.signer ?? undefined), `blamed ${error.signer ?? 'nobody'}`)
  // Some cases name the signer alone.
  assert(expected.contrib === undefined || error.contribution === expected.contrib, `blamed the ${error.contribution}`)
}

/** A nonce of the reference's 97 bytes; all zero means used up. */
function secretNonceOf(encoded: Uint8Array): SecretNonce {
  const [first, second] = [encoded.subarray(0, 32), encoded.subarray(32, 64)].map(bigintFromBytesBE)
  const nonce = new SecretNonce({ first: first!, second: second!, publicKey: encoded.slice(64) })
  if (first === 0n) takeScalars(nonce)
  return nonce
}

/** How each group of cases of a file is run. */
type Runners = Readonly<Record<string, (one: Entry) => void>>

function keyAggRunners(file: Entry): Runners {
  const keysOf = (one: Entry): Uint8Array[] => pick(list(file['pubkeys']), one['key_indices'])
  return {
    valid_test_cases: (one) => {
      check(getXonlyPubkey(unwrap(keyAgg(keysOf(one)))), one['expected'])
    },
    error_test_cases: (one) => {
      const tweaks = tweaksOf(pick(list(file['tweaks']), one['tweak_indices']), one['is_xonly'])
      checkViolation(keyAggAndTweak(keysOf(one), tweaks), one['error'] as ExpectedError)
    },
  }
}

function nonceGenRunners(): Runners {
  return {
    test_cases: (one) => {
      const request = {
        publicKey: bytes(one['pk']),
        secretKey: optionalBytes(one['sk']),
        aggregateKey: optionalBytes(one['aggpk']),
        message: optionalBytes(one['msg']),
        extraInput: optionalBytes(one['extra_in']),
      }
      const { secretNonce, publicNonce } = nonceGen(request, { bytes: () => bytes(one['rand_']) })
      check(publicNonce, one['expected_pubnonce'])
      const scalars = takeScalars(secretNonce)
      assert(scalars !== undefined, 'a nonce that is used up')
      const { first, second, publicKey } = scalars
      check(concatBytes(bigintToBytesBE(first, 32), bigintToBytesBE(second, 32), publicKey), one['expected_secnonce'])
    },
  }
}

function nonceAggRunners(file: Entry): Runners {
  const noncesOf = (one: Entry): Uint8Array[] => pick(list(file['pnonces']), one['pnonce_indices'])
  return {
    valid_test_cases: (one) => {
      check(unwrap(nonceAgg(noncesOf(one))), one['expected'])
    },
    error_test_cases: (one) => {
      checkViolation(nonceAgg(noncesOf(one)), one['error'] as ExpectedError)
    },
  }
}

function signVerifyRunners(file: Entry): Runners {
  const keysOf = (one: Entry): Uint8Array[] => pick(list(file['pubkeys']), one['key_indices'])
  const noncesOf = (one: Entry): Uint8Array[] => pick(list(file['pnonces']), one['nonce_indices'])
  const messageOf = (one: Entry): Uint8Array => list(file['msgs'])[one['msg_index'] as number]!
  const verify = (one: Entry, partialSignature: Uint8Array): Result<void, MusigViolation> =>
    partialSigVerify({
      publicKeys: keysOf(one),
      publicNonces: noncesOf(one),
      tweaks: [],
      message: messageOf(one),
      partialSignature,
      signer: one['signer_index'] as number,
    })
  const signAs = (one: Entry): Result<Uint8Array, MusigViolation> => {
    const nonce = list(file['secnonces'])[(one['secnonce_index'] as number | undefined) ?? 0]!
    const aggregateNonce = list(file['aggnonces'])[one['aggnonce_index'] as number]!
    const session = { aggregateNonce, publicKeys: keysOf(one), tweaks: [], message: messageOf(one) }
    return sign(secretNonceOf(nonce), bytes(file['sk']), session)
  }
  return {
    valid_test_cases: (one) => {
      const expected = (file['aggnonces'] as string[])[one['aggnonce_index'] as number]
      check(unwrap(nonceAgg(noncesOf(one))), expected)
      check(unwrap(signAs(one)), one['expected'])
      assert(verify(one, bytes(one['expected'])).ok, 'a partial signature does not verify')
    },
    sign_error_test_cases: (one) => {
      checkViolation(signAs(one), one['error'] as ExpectedError)
    },
    verify_fail_test_cases: (one) => {
      const signer = one['signer_index'] as number
      checkViolation(verify(one, bytes(one['sig'])), { type: 'invalid_contribution', signer, contrib: 'psig' })
    },
    verify_error_test_cases: (one) => {
      checkViolation(verify(one, bytes(one['sig'])), one['error'] as ExpectedError)
    },
  }
}

function tweakRunners(file: Entry): Runners {
  const sessionOf = (one: Entry): { publicKeys: Uint8Array[]; tweaks: MusigTweak[]; message: Uint8Array } => ({
    publicKeys: pick(list(file['pubkeys']), one['key_indices']),
    tweaks: tweaksOf(pick(list(file['tweaks']), one['tweak_indices']), one['is_xonly']),
    message: bytes(file['msg']),
  })
  const signAs = (one: Entry): Result<Uint8Array, MusigViolation> => {
    const session = { ...sessionOf(one), aggregateNonce: bytes(file['aggnonce']) }
    return sign(secretNonceOf(bytes(file['secnonce'])), bytes(file['sk']), session)
  }
  return {
    valid_test_cases: (one) => {
      const partialSignature = unwrap(signAs(one))
      check(partialSignature, one['expected'])
      const publicNonces = pick(list(file['pnonces']), one['nonce_indices'])
      const signer = one['signer_index'] as number
      const verified = partialSigVerify({ ...sessionOf(one), publicNonces, partialSignature, signer })
      assert(verified.ok, 'a partial signature does not verify')
    },
    error_test_cases: (one) => {
      checkViolation(signAs(one), one['error'] as ExpectedError)
    },
  }
}

function detSignRunners(file: Entry): Runners {
  const signAs = (one: Entry): ReturnType<typeof deterministicSign> =>
    deterministicSign({
      secretKey: bytes(file['sk']),
      aggregateOtherNonce: bytes(one['aggothernonce']),
      publicKeys: pick(list(file['pubkeys']), one['key_indices']),
      tweaks: tweaksOf(list(one['tweaks']), one['is_xonly']),
      message: list(file['msgs'])[one['msg_index'] as number]!,
      random: optionalBytes(one['rand']),
    })
  return {
    valid_test_cases: (one) => {
      const { publicNonce, partialSignature } = unwrap(signAs(one))
      const [expectedNonce, expectedSignature] = one['expected'] as string[]
      check(publicNonce, expectedNonce)
      check(partialSignature, expectedSignature)
      const signer = (one['key_indices'] as number[])[one['signer_index'] as number]!
      check(publicKeyFromSecret(bytes(file['sk']))!, (file['pubkeys'] as string[])[signer])
    },
    error_test_cases: (one) => {
      checkViolation(signAs(one), one['error'] as ExpectedError)
    },
  }
}

function sigAggRunners(file: Entry): Runners {
  const aggregate = (one: Entry): Result<Uint8Array, MusigViolation> =>
    partialSigAgg(pick(list(file['psigs']), one['psig_indices']), {
      aggregateNonce: bytes(one['aggnonce']),
      publicKeys: pick(list(file['pubkeys']), one['key_indices']),
      tweaks: tweaksOf(pick(list(file['tweaks']), one['tweak_indices']), one['is_xonly']),
      message: bytes(file['msg']),
    })
  return {
    valid_test_cases: (one) => {
      check(unwrap(nonceAgg(pick(list(file['pnonces']), one['nonce_indices']))), one['aggnonce'])
      const signature = unwrap(aggregate(one))
      check(signature, one['expected'])
      const keys = pick(list(file['pubkeys']), one['key_indices'])
      const tweaks = tweaksOf(pick(list(file['tweaks']), one['tweak_indices']), one['is_xonly'])
      const key = getXonlyPubkey(unwrap(keyAggAndTweak(keys, tweaks)))
      assert(schnorrVerify(bytes(file['msg']), signature, key), 'the signature does not verify')
    },
    error_test_cases: (one) => {
      checkViolation(aggregate(one), one['error'] as ExpectedError)
    },
  }
}

const FILES: readonly (readonly [name: string, runners: (file: Entry) => Runners])[] = [
  ['key_agg', keyAggRunners],
  ['nonce_gen', nonceGenRunners],
  ['nonce_agg', nonceAggRunners],
  ['sign_verify', signVerifyRunners],
  ['tweak', tweakRunners],
  ['det_sign', detSignRunners],
  ['sig_agg', sigAggRunners],
]

function sortCase(file: Entry): ContractCase {
  return {
    name: 'BIP 327 key_sort',
    run(provider) {
      withProvider(provider, () => {
        const sorted = keySort(list(file['pubkeys']))
        assert(sorted.map(bytesToHex).join() === list(file['sorted_pubkeys']).map(bytesToHex).join(), 'another order')
      })
    },
  }
}

/** Every case of BIP 327's files; one of a group that nothing here runs is an error. */
export function bip327Cases(read: ContractVectors['bip327']): readonly ContractCase[] {
  const found = FILES.flatMap(([name, createRunners]) => {
    const file = read(name) as Entry
    const runners = createRunners(file)
    const groups = Object.keys(file).filter((key) => key.endsWith('test_cases'))
    assert(groups.join() === Object.keys(runners).join(), `groups of ${name}: ${groups.join()}`)
    return groups.flatMap((group) =>
      (file[group] as Entry[]).map((one, i): ContractCase => {
        const comment = one['comment'] as string | undefined
        return {
          name: `BIP 327 ${name} ${group} ${i}${comment ? ` (${comment})` : ''}`,
          run(provider) {
            withProvider(provider, () => {
              runners[group]!(one)
            })
          },
        }
      }),
    )
  })
  return [sortCase(read('key_sort') as Entry), ...found]
}
