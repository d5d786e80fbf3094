import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { computeTxid, decodeAddress, decodeWif, hashToDisplay, MAIN, sats } from '@ply/primitives'
import { SeededEntropy } from '@ply/testkit'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { describe, expect, test } from 'vitest'
import { INPUT } from '../psbt/fieldType.ts'
import { finalizePsbtInput } from '../psbt/finalizePsbt.ts'
import { setPsbtValue } from '../psbt/psbtMap.ts'
import { signPsbtInput } from '../psbt/signPsbt.ts'
import { updatePsbtInput } from '../psbt/updatePsbt.ts'
import { createMessagePsbt, encodeMessagePsbt } from './messagePsbt.ts'
import { decodeMessageSignature, encodeMessageSignature } from './messageSignature.ts'
import type { MessageViolation } from './messageViolation.ts'
import { signMessage } from './signMessage.ts'
import { verifyMessage } from './verifyMessage.ts'
import { computeMessageHash, createToSign, createToSpend } from './virtualTransactions.ts'

interface HashCase {
  readonly message: string
  readonly address: string
  readonly message_hash: string
  readonly to_spend_tx_hash: string
  readonly to_sign_tx_hash: string
}

interface SignatureCase {
  readonly message: string
  readonly private_keys: readonly string[]
  readonly address: string
  readonly type: string
  readonly witness_script: string
  readonly sig_script?: string
  readonly bip322_signatures: readonly string[]
  readonly tx_version?: number
  readonly lock_time?: number
  readonly sequence?: number
  readonly additional_inputs?: readonly (readonly { readonly value: number; readonly pk_script: string }[])[]
}

interface ErrorCase {
  readonly description: string
  readonly message: string
  readonly address: string
  readonly signature: string
  readonly error_substr: string
}

type Group = readonly [string, string, readonly unknown[]]

/** How a key may sign, by the vector's type. */
const SIGNERS: Readonly<Record<string, 'direct' | 'psbt' | 'verify-only'>> = {
  p2pkh: 'direct',
  p2wpkh: 'direct',
  p2tr: 'direct',
  'p2sh-p2wpkh': 'direct',
  'p2wsh-multisig-2of2': 'psbt',
  'p2wsh-multisig-3of3': 'psbt',
  'p2sh-multisig-2of2': 'psbt',
  'p2sh-p2wsh-multisig-2of2': 'psbt',
  'p2wsh-time-lock': 'verify-only',
  'p2tr-time-lock': 'verify-only',
}

/** The reference's words for an error, and which of our violations say the same. */
const ERRORS: Readonly<Record<string, (violation: MessageViolation) => boolean>> = {
  base64: isEncodingError('bad-base64'),
  'error decoding signature as base64': isEncodingError('bad-base64'),
  'signature too short': isEncodingError('signature-too-short'),
  'error parsing signature as full variant': (violation) => violation.code === 'bad-encoding',
  'invalid signature': ({ code }) => code === 'script-failed' || code === 'to-sign-wrong-first-input',
}

function isEncodingError(code: string): (violation: MessageViolation) => boolean {
  return (violation) => violation.code === 'bad-encoding' && violation.error.code === code
}

const groups: readonly Group[] = (hasVectors ? ['basic', 'generated'] : []).flatMap((file) =>
  Object.entries(readVectorJson(`bips/bip-0322/${file}-test-vectors.json`) as Record<string, readonly unknown[]>).map(
    ([kind, cases]) => [file, kind, cases] as const,
  ),
)
const casesOf = <T>(kind: string): readonly (readonly [string, T])[] =>
  groups
    .filter((group) => group[1] === kind)
    .flatMap(([file, , cases]) => cases.map((one, i) => [`${file} ${i}`, one as T] as const))

const scriptOf = (address: string): Uint8Array => unwrap(decodeAddress(address, MAIN))
const secretsOf = (one: SignatureCase): Uint8Array[] =>
  one.private_keys.map((text) => unwrap(decodeWif(text, MAIN)).secretKey)

test.skipIf(hasVectors)(`BIP 322 vectors: ${missingReason}`, () => undefined)

describe.runIf(hasVectors)('BIP 322 vectors', () => {
  test('every kind of case is run', () => {
    expect(groups.map(([file, kind, cases]) => `${file} ${kind} ${cases.length}`)).toEqual([
      'basic tx_hashes 3',
      'basic simple 4',
      'basic error 8',
      'generated simple 4',
      'generated full 10',
      'generated proof_of_funds 3',
      'generated error 28',
    ])
  })

  test.each(casesOf<HashCase>('tx_hashes'))('hashes: %s', (_, one) => {
    expect(bytesToHex(computeMessageHash(one.message))).toBe(one.message_hash)
    const toSpend = createToSpend(scriptOf(one.address), one.message)
    expect(hashToDisplay(computeTxid(toSpend))).toBe(one.to_spend_tx_hash)
    expect(hashToDisplay(computeTxid(createToSign(toSpend)))).toBe(one.to_sign_tx_hash)
  })

  test.each(
    [
      ...casesOf<SignatureCase>('simple'),
      ...casesOf<SignatureCase>('full'),
      ...casesOf<SignatureCase>('proof_of_funds'),
    ].flatMap(([name, one]) => one.bip322_signatures.map((text) => [name, one.type, one, text] as const)),
  )('verify: %s %s', (_name, _type, one, signature) => {
    const scriptPubKey = scriptOf(one.address)
    const verdict = unwrap(verifyMessage({ scriptPubKey, message: one.message, signature }))
    const format = signature.startsWith('ful') ? 'full' : signature.startsWith('pof') ? 'full-pof' : 'simple'
    expect(verdict).toMatchObject({
      state: 'valid',
      format,
      lockTime: one.lock_time ?? 0,
      sequence: one.sequence ?? 0,
    })
    const proven = (one.additional_inputs ?? []).flat()
    expect(verdict).toMatchObject({
      provenCoins: proven.map(({ value, pk_script }) => ({
        output: { value: sats(value), scriptPubKey: hexToBytes(pk_script) },
      })),
    })
    const decoded = unwrap(decodeMessageSignature(signature))
    expect(encodeMessageSignature(decoded).slice(-40)).toBe(signature.slice(-40))
    if (decoded.format === 'full') expect(decoded.toSign.version).toBe(one.tx_version)
    expect(verifyMessage({ scriptPubKey, message: one.message + '.', signature }).ok).toBe(false)
  })

  const toSign = [...casesOf<SignatureCase>('simple'), ...casesOf<SignatureCase>('full')]
  const verifiedOnly = toSign.filter(([, one]) => SIGNERS[one.type] === 'verify-only')

  test.each(toSign.filter((row) => !verifiedOnly.includes(row)).map(([name, one]) => [name, one.type, one] as const))(
    'sign: %s %s',
    (_name, type, one) => {
      const signer = SIGNERS[type]
      expect(signer, `unknown type ${type}`).toBeDefined()
      const signature = signer === 'direct' ? signDirectly(one) : signAsPsbt(one)
      const scriptPubKey = scriptOf(one.address)
      expect(unwrap(verifyMessage({ scriptPubKey, message: one.message, signature })).state).toBe('valid')
      // Two signatures stand where low r makes a difference; ours is the one with low r.
      if (one.bip322_signatures.length > 1) expect(one.bip322_signatures).toContain(signature)
    },
  )

  // Their script drops the time lock where miniscript would verify it: nothing tells a wallet how to satisfy it.
  test.skip.each(verifiedOnly.map(([name, one]) => [name, one.type] as const))(
    'sign: %s %s (verified above; the script is no miniscript, so no wallet knows how to satisfy it)',
    () => undefined,
  )

  test.each(casesOf<ErrorCase>('error').map(([name, one]) => [name, one.description, one] as const))(
    'error: %s %s',
    (_name, _description, one) => {
      const verdict = verifyMessage({ scriptPubKey: scriptOf(one.address), ...one })
      const isExpected = ERRORS[one.error_substr]
      expect(isExpected, `unknown error ${one.error_substr}`).toBeDefined()
      expect(verdict.ok).toBe(false)
      if (!verdict.ok) expect(isExpected!(verdict.error), JSON.stringify(verdict.error)).toBe(true)
    },
  )
})

function signDirectly(one: SignatureCase): string {
  const [secretKey] = secretsOf(one)
  const request = { scriptPubKey: scriptOf(one.address), message: one.message, entropy: new SeededEntropy(322) }
  return unwrap(signMessage({ ...request, secretKey: secretKey! }))
}

function signAsPsbt(one: SignatureCase): string {
  const options = {
    version: one.tx_version ?? 0,
    lockTime: one.lock_time ?? 0,
    sequence: one.sequence ?? 0,
  }
  const entropy = new SeededEntropy(322)
  const scriptPubKey = scriptOf(one.address)
  let psbt = createMessagePsbt({ scriptPubKey, message: one.message }, options)
  psbt = updatePsbtInput(psbt, 0, (map) => {
    const witnessScript = hexToBytes(one.witness_script)
    const withWitnessScript = witnessScript.length > 0 ? setPsbtValue(map, INPUT.witnessScript, witnessScript) : map
    const redeemScript = hexToBytes(one.sig_script ?? '')
    return redeemScript.length > 0
      ? setPsbtValue(withWitnessScript, INPUT.redeemScript, redeemScript)
      : withWitnessScript
  })
  for (const secretKey of secretsOf(one)) psbt = unwrap(signPsbtInput(psbt, 0, { secretKey, entropy }))
  return unwrap(encodeMessagePsbt(unwrap(finalizePsbtInput(psbt, 0))))
}
