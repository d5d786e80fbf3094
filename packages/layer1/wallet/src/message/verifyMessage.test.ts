import { concatBytes, type Result, unwrap } from '@ply/bytes'
import { encodeDer, hash160, publicKeyFromSecret, schnorrSign, sha256 } from '@ply/crypto'
import { sats, type Transaction, type Txid, type TxOutput, witnessProgramScript } from '@ply/primitives'
import {
  computeSegwitV0Sighash,
  computeTaprootOutputKey,
  computeTaprootSecretKey,
  computeTaprootSighash,
  createMultisig,
  createP2pkh,
  createP2sh,
  createP2tr,
  createP2wpkh,
  createP2wsh,
  createScript,
  createTaprootOutput,
  NO_CODE_SEPARATOR,
  OP_1,
  OP_CHECKSIG,
  OP_CODESEPARATOR,
  OP_NOP10,
  SIGHASH_ALL,
  SIGHASH_ANYONECANPAY,
  SIGHASH_NONE,
  SighashCache,
} from '@ply/script'
import { SeededEntropy } from '@ply/testkit'
import { describe, expect, test } from 'vitest'
import { createPsbt } from '../psbt/psbt.ts'
import { setPsbtValue } from '../psbt/psbtMap.ts'
import { setWitnessUtxo, updatePsbtInput } from '../psbt/updatePsbt.ts'
import { signEcdsaLowR } from '../sign/ecdsaLowR.ts'
import { signP2wpkh } from '../sign/signInput.ts'
import { createMessagePsbt, encodeMessagePsbt } from './messagePsbt.ts'
import { decodeMessageSignature, encodeMessageSignature } from './messageSignature.ts'
import type { MessageViolation } from './messageViolation.ts'
import { signMessage } from './signMessage.ts'
import { type MessageVerdict, verifyMessage } from './verifyMessage.ts'
import { createToSign, createToSpend, type ToSignOptions } from './virtualTransactions.ts'

const entropy = new SeededEntropy(322)
const message = 'I hold this key'
const secretKey = sha256(Uint8Array.of(3, 2, 2))
const publicKey = publicKeyFromSecret(secretKey)!
const p2wpkh = createP2wpkh(hash160(publicKey))
const p2tr = createP2tr(computeTaprootOutputKey(publicKey.subarray(1))!.publicKey)

const check = (scriptPubKey: Uint8Array, signature: string): Result<MessageVerdict, MessageViolation> =>
  verifyMessage({ scriptPubKey, message, signature })
const simple = (witness: readonly Uint8Array[]): string => encodeMessageSignature({ format: 'simple', witness })
const full = (toSign: Transaction): string => encodeMessageSignature({ format: 'full', toSign })

/** to_sign of the P2WPKH key, changed before it is signed. */
function signedWith(options: ToSignOptions, change: (tx: Transaction) => Transaction = (tx) => tx): Transaction {
  const toSpend = createToSpend(p2wpkh, message)
  const toSign = change(createToSign(toSpend, options))
  const cache = new SighashCache(toSign, toSpend.outputs)
  const witness = signP2wpkh({ cache, inputIndex: 0, secretKey }, publicKey)
  return { ...toSign, inputs: toSign.inputs.map((input, i) => (i === 0 ? { ...input, witness } : input)) }
}

const sighash = (script: Uint8Array, scriptCode: Uint8Array, hashType: number): Uint8Array => {
  const toSpend = createToSpend(script, message)
  const cache = new SighashCache(createToSign(toSpend), toSpend.outputs)
  return computeSegwitV0Sighash(cache, { inputIndex: 0, scriptCode, hashType })
}
const ecdsa = (hash: Uint8Array, hashType: number): Uint8Array =>
  concatBytes(encodeDer(signEcdsaLowR(hash, secretKey)), Uint8Array.of(hashType))

describe('signing', () => {
  test.each([
    ['P2WPKH', p2wpkh, 'smp'],
    ['P2TR', p2tr, 'smp'],
    ['P2PKH', createP2pkh(hash160(publicKey)), 'ful'],
    ['P2SH-P2WPKH', createP2sh(p2wpkh), 'ful'],
  ])('%s', (_, scriptPubKey, prefix) => {
    const signature = unwrap(signMessage({ scriptPubKey, message, secretKey, entropy }))
    expect(signature.startsWith(prefix)).toBe(true)
    expect(unwrap(check(scriptPubKey, signature))).toMatchObject({ state: 'valid', lockTime: 0, sequence: 0 })
    expect(verifyMessage({ scriptPubKey, message: 'another', signature }).ok).toBe(false)
  })

  test.each([
    ['another key', createP2wpkh(new Uint8Array(20)), 'key-not-in-script'],
    ['another taproot key', createP2tr(publicKey.subarray(1)), 'key-not-in-script'],
    ['another key hash', createP2pkh(new Uint8Array(20)), 'key-not-in-script'],
    ['another script hash', createP2sh(p2tr), 'key-not-in-script'],
    ['a witness script', createP2wsh(p2tr), 'script-not-supported'],
  ])('%s cannot be signed for', (_, scriptPubKey, code) => {
    expect(signMessage({ scriptPubKey, message, secretKey, entropy })).toEqual({ ok: false, error: code })
  })

  test('a secret key out of range', () => {
    const request = { scriptPubKey: p2wpkh, message, secretKey: new Uint8Array(32), entropy }
    expect(signMessage(request)).toEqual({ ok: false, error: 'secret-key-out-of-range' })
  })

  test('a PSBT that waits for signatures has no signature', () => {
    const psbt = createMessagePsbt({ scriptPubKey: p2wpkh, message })
    expect(encodeMessagePsbt(psbt)).toEqual({ ok: false, error: 'psbt-not-final' })
    expect(check(p2wpkh, encodeMessageSignature({ format: 'full-pof', psbt }))).toEqual({
      ok: false,
      error: { code: 'psbt-not-final' },
    })
  })
})

describe('the shape of to_sign', () => {
  const [output] = createToSign(createToSpend(p2wpkh, message)).outputs as [TxOutput]
  test.each<[string, MessageViolation['code'], (tx: Transaction) => Transaction]>([
    ['no input', 'to-sign-wrong-first-input', (tx) => ({ ...tx, inputs: [], version: 2 })],
    [
      'another prevout',
      'to-sign-wrong-first-input',
      (tx) => ({ ...tx, inputs: tx.inputs.map((input) => ({ ...input, prevout: { ...input.prevout, index: 1 } })) }),
    ],
    ['two outputs', 'to-sign-wrong-output', (tx) => ({ ...tx, outputs: [output, output] })],
    ['no output', 'to-sign-wrong-output', (tx) => ({ ...tx, outputs: [] })],
    ['an output with a value', 'to-sign-wrong-output', (tx) => ({ ...tx, outputs: [{ ...output, value: sats(1) }] })],
    ['another output', 'to-sign-wrong-output', (tx) => ({ ...tx, outputs: [{ ...output, scriptPubKey: p2tr }] })],
    ['inputs of unknown worth', 'missing-utxo', (tx) => ({ ...tx, inputs: [...tx.inputs, ...tx.inputs] })],
  ])('%s', (_, code, change) => {
    const toSign = change(signedWith({}))
    const decoded = check(p2wpkh, full(toSign))
    // A transaction without inputs has no encoding that is read back.
    expect(decoded).toMatchObject({ ok: false, error: { code: toSign.inputs.length === 0 ? 'bad-encoding' : code } })
  })

  test('time locks are reported', () => {
    const toSign = signedWith({ version: 2, lockTime: 800_000, sequence: 144 })
    expect(unwrap(check(p2wpkh, full(toSign)))).toMatchObject({ state: 'valid', lockTime: 800_000, sequence: 144 })
  })

  test('another version is inconclusive', () => {
    expect(unwrap(check(p2wpkh, full(signedWith({ version: 1 }))))).toEqual({
      state: 'inconclusive',
      reason: 'to-sign-version',
    })
  })
})

describe('the required rules', () => {
  test.each([SIGHASH_NONE, SIGHASH_ALL | SIGHASH_ANYONECANPAY])('ECDSA with sighash type %i is invalid', (hashType) => {
    const hash = sighash(p2wpkh, createP2pkh(hash160(publicKey)), hashType)
    expect(check(p2wpkh, simple([ecdsa(hash, hashType), publicKey]))).toMatchObject({
      ok: false,
      error: { code: 'script-failed', inputIndex: 0, error: 'SIG_NULLFAIL' },
    })
  })

  test.each([
    [SIGHASH_ALL, true],
    [SIGHASH_NONE, false],
    [SIGHASH_ALL | SIGHASH_ANYONECANPAY, false],
  ])('Schnorr with sighash type %i: %s', (hashType, valid) => {
    const toSpend = createToSpend(p2tr, message)
    const cache = new SighashCache(createToSign(toSpend), toSpend.outputs)
    const hash = computeTaprootSighash(cache, { inputIndex: 0, hashType })!
    const signature = schnorrSign(hash, computeTaprootSecretKey(secretKey)!, entropy.bytes(32))!
    expect(check(p2tr, simple([concatBytes(signature, Uint8Array.of(hashType))])).ok).toBe(valid)
  })

  test('CODESEPARATOR in segwit v0', () => {
    const tail = createScript([publicKey, OP_CHECKSIG])
    const script = concatBytes(Uint8Array.of(OP_CODESEPARATOR), tail)
    const scriptPubKey = createP2wsh(script)
    const signature = ecdsa(sighash(scriptPubKey, tail, SIGHASH_ALL), SIGHASH_ALL)
    expect(check(scriptPubKey, simple([signature, script])).ok).toBe(false)
    const plain = createP2wsh(tail)
    expect(check(plain, simple([ecdsa(sighash(plain, tail, SIGHASH_ALL), SIGHASH_ALL), tail])).ok).toBe(true)
  })

  test.each([
    ['with', [OP_CODESEPARATOR], 0],
    ['without', [], NO_CODE_SEPARATOR],
  ])('tapscript %s CODESEPARATOR', (word, prefix, codeSeparatorPosition) => {
    const script = createScript([...prefix, publicKey.slice(1), OP_CHECKSIG])
    const { scriptPubKey, leaves } = createTaprootOutput(publicKey.subarray(1), { script })!
    const [leaf] = leaves
    const toSpend = createToSpend(scriptPubKey, message)
    const cache = new SighashCache(createToSign(toSpend), toSpend.outputs)
    const request = { inputIndex: 0, hashType: 0, leafHash: leaf!.leafHash, codeSeparatorPosition }
    const signature = schnorrSign(computeTaprootSighash(cache, request)!, secretKey, entropy.bytes(32))!
    const verdict = check(scriptPubKey, simple([signature, script, leaf!.controlBlock]))
    if (word === 'without') expect(unwrap(verdict).state).toBe('valid')
    else expect(verdict).toMatchObject({ ok: false, error: { error: 'OP_CODESEPARATOR' } })
  })
})

describe('the upgradeable rules', () => {
  test('a NOP for upgrades', () => {
    const script = createScript([OP_NOP10, OP_1])
    const verdict = check(createP2wsh(script), simple([script]))
    expect(unwrap(verdict)).toEqual({ state: 'inconclusive', reason: 'DISCOURAGE_UPGRADABLE_NOPS' })
  })

  test('a witness version that nobody knows', () => {
    const script = witnessProgramScript({ version: 2, program: publicKey.slice(1) })
    expect(unwrap(check(script, simple([Uint8Array.of(1)])))).toEqual({
      state: 'inconclusive',
      reason: 'DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM',
    })
  })
})

describe('a proof of funds', () => {
  const coin: TxOutput = { value: sats(5000), scriptPubKey: p2wpkh }
  const prevout = { txid: sha256(Uint8Array.of(1)) as Txid, index: 3 }
  const FINAL_WITNESS = 0x08

  /** Both inputs signed; `mapUtxo` says what the second one's map tells of its coin. */
  function prove(utxo: TxOutput | undefined, signed = coin, additionalInputs = [{ prevout, sequence: 7 }]): string {
    const options = { version: 2, additionalInputs }
    const toSpend = createToSpend(p2wpkh, message)
    const toSign = createToSign(toSpend, options)
    const cache = new SighashCache(toSign, [toSpend.outputs[0]!, ...additionalInputs.map(() => signed)])
    let psbt = createPsbt(toSign)
    toSign.inputs.forEach((_, inputIndex) => {
      const { witness } = unwrap(
        decodeMessageSignature(simple(signP2wpkh({ cache, inputIndex, secretKey }, publicKey))),
      ) as { readonly witness: readonly Uint8Array[] }
      const encoded = concatBytes(
        Uint8Array.of(witness.length),
        ...witness.map((item) => concatBytes(Uint8Array.of(item.length), item)),
      )
      psbt = updatePsbtInput(psbt, inputIndex, (map) => {
        const final = setPsbtValue(map, FINAL_WITNESS, encoded)
        return inputIndex > 0 && utxo ? setWitnessUtxo(final, utxo) : final
      })
    })
    return unwrap(encodeMessagePsbt(psbt))
  }

  test('names the coins', () => {
    const signature = prove(coin)
    expect(signature.startsWith('pof')).toBe(true)
    expect(unwrap(check(p2wpkh, signature))).toEqual({
      state: 'valid',
      format: 'full-pof',
      lockTime: 0,
      sequence: 0,
      provenCoins: [{ prevout, output: coin }],
    })
  })

  test.each<[string, string, MessageViolation]>([
    ['no UTXO', prove(undefined), { code: 'missing-utxo', inputIndex: 1 }],
    [
      'another amount',
      prove({ ...coin, value: sats(6000) }),
      { code: 'script-failed', inputIndex: 1, error: 'SIG_NULLFAIL' },
    ],
    [
      'an amount out of range',
      prove({ ...coin, value: sats(-1) }, { ...coin, value: sats(-1) }),
      { code: 'to-sign-amount-out-of-range' },
    ],
    [
      'one coin twice',
      prove(coin, coin, [
        { prevout, sequence: 0 },
        { prevout, sequence: 0 },
      ]),
      { code: 'to-sign-duplicate-input' },
    ],
    [
      'a coin that cannot exist',
      prove(coin, coin, [{ prevout: { txid: new Uint8Array(32) as Txid, index: 0xffffffff }, sequence: 0 }]),
      { code: 'to-sign-null-prevout' },
    ],
  ])('%s', (_, signature, error) => {
    expect(check(p2wpkh, signature)).toEqual({ ok: false, error })
  })
})

test('bare multisig is verified in the full format', () => {
  const script = createMultisig(1, [publicKey])
  expect(check(script, full(createToSign(createToSpend(script, message))))).toMatchObject({
    ok: false,
    error: { code: 'script-failed' },
  })
})
