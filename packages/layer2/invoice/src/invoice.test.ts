import { describe, expect, test } from 'vitest'
import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { ecdsaSignRecoverable, isLowS, publicKeyFromSecret } from '@ply/crypto'
import { encodeAddress, MAIN, msats, witnessProgramScript } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { formatShortChannelId } from '@ply/wire'
import { decodeAmount, encodeAmount } from './amount.ts'
import { checkPayable, matchesDescription } from './checkPayable.ts'
import { decodeInvoice } from './decodeInvoice.ts'
import { encodeInvoice } from './encodeInvoice.ts'
import type { InvoiceDetails } from './invoice.ts'
import { invoiceSignatureHash, readRawInvoice, writeRawInvoice } from './rawInvoice.ts'
import { INVALID, PRIVATE_KEY, VALID } from './test/examples.ts'

const secretKey = hexToBytes(PRIVATE_KEY)
const payee = publicKeyFromSecret(secretKey)!
const PAYMENT_HASH = '0001020304050607080900010203040506070809000102030405060708090102'
const PAYMENT_SECRET = '11'.repeat(32)
const LIST_HASH = '3925b6f67e2c340036ed12093dd44e0368df1b6ea26c53dbe4811f58fd5db8c1'
const decode = (name: keyof typeof VALID) => unwrap(decodeInvoice(VALID[name]))

describe("BOLT 11's valid examples", () => {
  test.each(Object.entries(VALID))('%s: payee, secret, the same text again, the same signature', (name, text) => {
    const invoice = unwrap(decodeInvoice(text))
    // With its s negated and its recovery id left, the last example's signature is another key's.
    if (name === 'high-S recovery') expect(invoice.payee).not.toEqual(payee)
    else expect(invoice.payee).toEqual(payee)
    expect(bytesToHex(invoice.paymentSecret)).toBe(PAYMENT_SECRET)
    if (name !== 'pico-bitcoin') expect(bytesToHex(invoice.paymentHash)).toBe(PAYMENT_HASH)
    const raw = readRawInvoice(text)
    expect(writeRawInvoice(raw)).toBe(text.toLowerCase())
    const signed = ecdsaSignRecoverable(invoiceSignatureHash(raw), secretKey)
    if (isLowS(raw.signature)) expect(signed).toEqual({ signature: raw.signature, recoveryId: raw.recoveryId })
  })

  test('amounts', () => {
    const amounts = Object.values(VALID).map((text) => unwrap(decodeInvoice(text)).amountMsat)
    expect(amounts).toEqual([
      undefined,
      250_000_000n,
      250_000_000n,
      ...Array.from({ length: 6 }, () => 2_000_000_000n),
      967_878_534n,
      ...Array.from({ length: 3 }, () => 2_500_000_000n),
      1_000_000_000n,
      undefined,
    ])
  })

  test('descriptions, times and features', () => {
    const donation = decode('a donation')
    expect(donation.description).toBe('Please consider supporting this project')
    expect([donation.timestamp, donation.expiry, donation.minFinalCltvExpiryDelta]).toEqual([1496314658, 3600, 18])
    expect([...donation.features].sort((a, b) => a - b)).toEqual([8, 14])
    expect(decode('a cup of coffee')).toMatchObject({ description: '1 cup coffee', expiry: 60 })
    expect(decode('a cup of nonsense').description).toBe('ナンセンス 1杯')
    expect(bytesToHex(decode('a list of things, hashed').descriptionHash!)).toBe(LIST_HASH)
    expect([...decode('features 8, 14 and 99').features].sort((a, b) => a - b)).toEqual([8, 14, 99])
    expect(bytesToHex(decode('payment metadata').metadata!)).toBe('01fafaf0')
    expect([...decode('payment metadata').features].sort((a, b) => a - b)).toEqual([8, 14, 48])
    const pico = decode('pico-bitcoin')
    expect(pico).toMatchObject({ timestamp: 1572468703, expiry: 604800, minFinalCltvExpiryDelta: 10 })
    expect(bytesToHex(pico.paymentHash)).toBe('462264ede7e14047e9b249da94fefc47f41f7d02ee9b091815a5506bc8abf75f')
  })

  test('currencies and fallbacks', () => {
    expect(decode('testnet with a P2PKH fallback').currency).toBe('tb')
    const fallback = (name: keyof typeof VALID) => decode(name).fallbacks.map((f) => [f.version, bytesToHex(f.program)])
    expect(fallback('testnet with a P2PKH fallback')).toEqual([[17, '3172b5654f6683c8fb146959d347ce303cae4ca7']])
    expect(fallback('a P2PKH fallback and route hints')).toEqual([[17, '04b61f7dc1ea0dc99424464cc4064dc564d91e89']])
    expect(fallback('a P2SH fallback')).toEqual([[18, '8f55563b9a19f321c211e9b9f38cdf686ea07845']])
    const witness = (name: keyof typeof VALID) => encodeAddress(witnessProgramScript(decode(name).fallbacks[0]!), MAIN)
    expect(witness('a P2WPKH fallback')).toBe('bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4')
    expect(witness('a P2WSH fallback')).toBe('bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3')
  })

  test('route hints', () => {
    const hints = decode('a P2PKH fallback and route hints').routeHints
    const plain = hints.map((route) =>
      route.map((hop) => ({
        ...hop,
        nodeId: bytesToHex(hop.nodeId),
        shortChannelId: formatShortChannelId(hop.shortChannelId),
      })),
    )
    expect(plain).toEqual([
      [
        {
          nodeId: '029e03a901b85534ff1e92c43c74431f7ce72046060fcf7a95c37e148f78c77255',
          shortChannelId: '66051x263430x1800',
          feeBaseMsat: 1,
          feeProportionalMillionths: 20,
          cltvExpiryDelta: 3,
        },
        {
          nodeId: '039e03a901b85534ff1e92c43c74431f7ce72046060fcf7a95c37e148f78c77255',
          shortChannelId: '197637x395016x2314',
          feeBaseMsat: 2,
          feeProportionalMillionths: 30,
          cltvExpiryDelta: 4,
        },
      ],
    ])
    expect(formatShortChannelId(decode('pico-bitcoin').routeHints[0]![0]!.shortChannelId)).toBe('589390x3312x1')
  })

  test('fields to be ignored are kept, and fail the payment but not the reading', () => {
    const invoice = decode('fields to be ignored')
    expect(invoice.unknownFields.map((field) => field.type)).toEqual([10, 9, 1, 1, 23, 23, 16, 16, 19, 19])
    expect(invoice.fallbacks).toEqual([])
    const now = invoice.timestamp
    expect(checkPayable(invoice, { currency: 'bc', now })).toEqual({ ok: false, error: 'wrong-field-length' })
  })
})

describe("BOLT 11's invalid examples", () => {
  test.each(INVALID)('%s: %s', (_, code, text) => {
    const decoded = decodeInvoice(text)
    expect(decoded.ok ? 'ok' : decoded.error.code).toBe(code)
  })
})

const details: InvoiceDetails = {
  currency: 'bcrt',
  amountMsat: msats(1_234_567),
  timestamp: 1_700_000_000,
  paymentHash: hexToBytes(PAYMENT_HASH),
  paymentSecret: hexToBytes(PAYMENT_SECRET),
  description: 'coffee ☕',
  metadata: hexToBytes('0102'),
  expiry: 600,
  minFinalCltvExpiryDelta: 40,
  fallbacks: [{ version: 0, program: new Uint8Array(20) }],
  routeHints: decode('a P2PKH fallback and route hints').routeHints,
  features: new Set([8, 14, 17]),
}

describe('writing', () => {
  test('reads back, with the payee stated or not', () => {
    for (const statePayee of [false, true]) {
      const text = unwrap(encodeInvoice(details, secretKey, { statePayee }))
      const read = unwrap(decodeInvoice(`lightning:${text}`))
      expect(read).toMatchObject({ ...details, payee, payeeStated: statePayee, unknownFields: [] })
    }
  })

  test('defaults, an open amount and a hashed description', () => {
    const { amountMsat: _amount, description: _description, metadata: _metadata, ...rest } = details
    const open: InvoiceDetails = { ...rest, currency: 'tbs', expiry: 3600, descriptionHash: hexToBytes(LIST_HASH) }
    const text = unwrap(encodeInvoice(open, secretKey))
    expect(text).toMatch(/^lntbs1/)
    expect(unwrap(decodeInvoice(text))).toMatchObject(open)
  })

  test.each([
    ['two descriptions', { descriptionHash: hexToBytes(LIST_HASH) }, 'one-description-needed'],
    ['amount zero', { amountMsat: msats(0) }, 'bad-amount'],
    ['a timestamp over 35 bits', { timestamp: 2 ** 35 }, 'bad-timestamp'],
    ['a description of 640 bytes', { description: 'x'.repeat(640) }, 'size-too-large'],
  ])('%s is a violation', (_, change, code) => {
    const text = encodeInvoice({ ...details, ...change }, secretKey)
    expect(text.ok ? 'ok' : text.error.code).toBe(code)
  })
})

test('amounts use the largest multiplier', () => {
  const cases: readonly (readonly [bigint, string])[] = [
    [1n, '10p'],
    [100n, '1n'],
    [123_450n, '1234500p'],
    [250_000_000n, '2500u'],
    [2_000_000_000n, '20m'],
    [100_000_000_000n, '1'],
  ]
  for (const [amount, text] of cases) {
    expect(encodeAmount(msats(amount))).toBe(text)
    expect(decodeAmount(text)).toEqual({ ok: true, value: amount })
  }
  for (const bad of ['', 'm', '1x', '-1', '1.5', '11p', '21000001', '9'.repeat(30)]) {
    expect(decodeAmount(bad).ok).toBe(false)
  }
})

test('what a payer checks', () => {
  const invoice = unwrap(decodeInvoice(unwrap(encodeInvoice(details, secretKey))))
  const check = (currency: 'bcrt' | 'bc', now: number) => checkPayable(invoice, { currency, now })
  expect(check('bcrt', 1_700_000_600).ok).toBe(true)
  expect(check('bcrt', 1_700_000_601)).toEqual({ ok: false, error: 'invoice-expired' })
  expect(check('bc', 1_700_000_000)).toEqual({ ok: false, error: 'wrong-network' })
  expect(matchesDescription(invoice, 'coffee ☕')).toBe(true)
  expect(matchesDescription(decode('a list of things, hashed'), 'something else')).toBe(false)
})

test('random changes are a named error, or an invoice that still has a valid signature', () => {
  const random = createRandom(1)
  const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
  for (let i = 0; i < 300; i++) {
    const raw = readRawInvoice(random.pick(Object.values(VALID)))
    const fields = raw.fields.map((field) => ({
      type: random.chance(0.1) ? random.below(32) : field.type,
      words: random.chance(0.2) ? Uint8Array.from(random.bytes(random.below(60)), (byte) => byte & 31) : field.words,
    }))
    const signature = random.chance(0.3) ? random.bytes(64) : raw.signature
    const decoded = decodeInvoice(writeRawInvoice({ ...raw, fields, signature }))
    if (!decoded.ok) expect(decoded.error.code).toMatch(/^[a-z0-9-]+$/)
  }
  for (let i = 0; i < 300; i++) {
    const noise = Array.from(random.bytes(random.below(300)), (byte) => alphabet[byte & 31]).join('')
    const decoded = decodeInvoice(`lnbc1${noise}`)
    expect(decoded.ok).toBe(false)
  }
  expect(decodeInvoice('lnbc1' + 'q'.repeat(100_000)).ok).toBe(false)
})
