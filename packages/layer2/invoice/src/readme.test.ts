import { expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import { msats } from '@ply/primitives'
import { checkPayable, decodeInvoice, encodeInvoice } from '@ply/invoice'

const preimage = new Uint8Array(32).fill(7)
const text = encodeInvoice(
  {
    currency: 'bcrt',
    amountMsat: msats(50_000),
    timestamp: 1_700_000_000,
    paymentHash: sha256(preimage),
    paymentSecret: new Uint8Array(32).fill(8),
    description: '1 cup of coffee',
    expiry: 3600,
    minFinalCltvExpiryDelta: 18,
    fallbacks: [],
    routeHints: [],
    features: new Set([8, 14]),
  },
  new Uint8Array(32).fill(1),
)
const invoice = unwrap(decodeInvoice(unwrap(text)))
const payable = checkPayable(invoice, { currency: 'bcrt', now: 1_700_003_000 })

test("the README's example", () => {
  expect(invoice.description).toBe('1 cup of coffee')
  expect(invoice.amountMsat).toBe(50_000n)
  expect(payable.ok).toBe(true)
})
