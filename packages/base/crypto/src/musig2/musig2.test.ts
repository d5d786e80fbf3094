import { type Result, unwrap } from '@ply/bytes'
import { SeededEntropy } from '@ply/testkit'
import { describe, expect, test } from 'vitest'
import { sha256, taggedHash } from '../hash.ts'
import { publicKeyFromSecret } from '../keys.ts'
import { schnorrVerify } from '../schnorr.ts'
import { keyAggAndTweak, type MusigTweak } from './applyTweak.ts'
import { deterministicSign } from './deterministicSign.ts'
import { getPlainPubkey, getXonlyPubkey, keyAgg } from './keyAgg.ts'
import { keySort } from './keySort.ts'
import { nonceAgg } from './nonceAgg.ts'
import { type MusigNonce, nonceGen } from './nonceGen.ts'
import { partialSigAgg } from './partialSigAgg.ts'
import { partialSigVerify } from './partialSigVerify.ts'
import type { SessionContext } from './sessionContext.ts'
import { sign } from './sign.ts'
import type { MusigViolation } from './violation.ts'

const entropy = new SeededEntropy(327)
const secretKeys = [1, 2, 3].map((i) => sha256(Uint8Array.of(i)))
const publicKeys = secretKeys.map((key) => publicKeyFromSecret(key)!)
const message = sha256(Uint8Array.of(42))
const xonly = (tweak: Uint8Array): MusigTweak => ({ tweak, mode: 'xonly' })
const plain = (tweak: Uint8Array): MusigTweak => ({ tweak, mode: 'plain' })

interface Round {
  readonly nonces: readonly MusigNonce[]
  readonly session: SessionContext
}

function createRound(tweaks: readonly MusigTweak[] = []): Round {
  const nonces = publicKeys.map((publicKey, i) => nonceGen({ publicKey, secretKey: secretKeys[i], message }, entropy))
  const aggregateNonce = unwrap(nonceAgg(nonces.map((nonce) => nonce.publicNonce)))
  return { nonces, session: { aggregateNonce, publicKeys, tweaks, message } }
}

const signAll = ({ nonces, session }: Round): Uint8Array[] =>
  nonces.map(({ secretNonce }, i) => unwrap(sign(secretNonce, secretKeys[i]!, session)))

const code = (result: Result<unknown, MusigViolation>): string | undefined =>
  result.ok ? undefined : result.error.code

describe('a session of three', () => {
  const internal = getXonlyPubkey(unwrap(keyAgg(publicKeys)))
  test.each([
    ['no tweak', []],
    ['the taproot tweak', [xonly(taggedHash('TapTweak', internal))]],
    ['a BIP 32 tweak', [plain(sha256(internal))]],
    ['four tweaks', [xonly(sha256(internal)), plain(message), xonly(new Uint8Array(32)), xonly(message)]],
  ])('signs under the aggregate key with %s', (_, tweaks) => {
    const round = createRound(tweaks)
    const partialSignatures = signAll(round)
    const signature = unwrap(partialSigAgg(partialSignatures, round.session))
    const key = unwrap(keyAggAndTweak(publicKeys, tweaks))
    expect(schnorrVerify(message, signature, getXonlyPubkey(key))).toBe(true)
    expect(getPlainPubkey(key).slice(1)).toEqual(getXonlyPubkey(key))
  })

  test('the last signer may be stateless', () => {
    const others = [0, 1].map((i) => nonceGen({ publicKey: publicKeys[i]! }, entropy))
    const otherNonces = others.map((nonce) => nonce.publicNonce)
    const aggregateOtherNonce = unwrap(nonceAgg(otherNonces))
    const session = { publicKeys, tweaks: [], message }
    const last = unwrap(deterministicSign({ ...session, secretKey: secretKeys[2]!, aggregateOtherNonce }))
    const aggregateNonce = unwrap(nonceAgg([...otherNonces, last.publicNonce]))
    const full = { ...session, aggregateNonce }
    const partialSignatures = [0, 1].map((i) => unwrap(sign(others[i]!.secretNonce, secretKeys[i]!, full)))
    const signature = unwrap(partialSigAgg([...partialSignatures, last.partialSignature], full))
    expect(schnorrVerify(message, signature, getXonlyPubkey(unwrap(keyAgg(publicKeys))))).toBe(true)
  })

  test('keys in any order aggregate to one key when sorted', () => {
    const sorted = unwrap(keyAgg(keySort(publicKeys)))
    expect(unwrap(keyAgg(keySort(publicKeys.toReversed())))).toEqual(sorted)
  })
})

describe('a secret nonce', () => {
  test('signs once', () => {
    const { nonces, session } = createRound()
    const { secretNonce } = nonces[0]!
    expect(secretNonce.isSpent).toBe(false)
    unwrap(sign(secretNonce, secretKeys[0]!, session))
    expect(secretNonce.isSpent).toBe(true)
    expect(code(sign(secretNonce, secretKeys[0]!, session))).toBe('secret-nonce-spent')
  })

  test('is used up by a call that fails', () => {
    const { nonces, session } = createRound()
    const { secretNonce } = nonces[0]!
    expect(code(sign(secretNonce, secretKeys[1]!, session))).toBe('secret-nonce-of-other-key')
    expect(code(sign(secretNonce, secretKeys[0]!, session))).toBe('secret-nonce-spent')
  })

  test('shows nothing of itself', () => {
    const { nonces } = createRound()
    expect(JSON.stringify(nonces[0]!.secretNonce)).toBe('{}')
    expect(Object.keys(nonces[0]!.secretNonce)).toEqual([])
  })
})

describe('violations', () => {
  test('a secret key out of range', () => {
    const { nonces, session } = createRound()
    expect(code(sign(nonces[0]!.secretNonce, new Uint8Array(32), session))).toBe('secret-key-out-of-range')
    const request = { publicKeys, tweaks: [], message, aggregateOtherNonce: session.aggregateNonce }
    expect(code(deterministicSign({ ...request, secretKey: new Uint8Array(32).fill(0xff) }))).toBe(
      'secret-key-out-of-range',
    )
  })

  test('a tweak that is not 32 bytes', () => {
    expect(code(keyAggAndTweak(publicKeys, [plain(new Uint8Array(31))]))).toBe('tweak-out-of-range')
  })

  test('the signer of a wrong partial signature is blamed', () => {
    const round = createRound()
    const partialSignatures = signAll(round)
    partialSignatures[1]![31]! ^= 1
    const publicNonces = round.nonces.map((nonce) => nonce.publicNonce)
    const verdicts = partialSignatures.map((partialSignature, signer) =>
      partialSigVerify({ publicKeys, publicNonces, tweaks: [], message, partialSignature, signer }),
    )
    expect(verdicts.map((verdict) => verdict.ok)).toEqual([true, false, true])
    expect(verdicts[1]).toEqual({
      ok: false,
      error: { code: 'invalid-contribution', contribution: 'psig', signer: 1 },
    })
    const signature = unwrap(partialSigAgg(partialSignatures, round.session))
    expect(schnorrVerify(message, signature, getXonlyPubkey(unwrap(keyAgg(publicKeys))))).toBe(false)
  })
})
