import { expect, test } from 'vitest'
import { MAX_MONEY, type OutPoint, type Transaction, type Txid } from '@ply/primitives'
import { checkTransaction } from './index.ts'
import { coinbase, input, NULL_OUTPOINT, output, transaction } from './test/fixture.ts'

const at = (index: number): OutPoint => ({ txid: new Uint8Array(32).fill(1) as Txid, index })
const one = [input(at(0))]
const pay = [output(1)]

const cases: readonly (readonly [reason: string, tx: Transaction])[] = [
  ['bad-txns-vin-empty', transaction([], pay)],
  ['bad-txns-vout-empty', transaction(one, [])],
  ['bad-txns-oversize', transaction(one, [output(1, new Uint8Array(1_000_000))])],
  ['bad-txns-vout-negative', transaction(one, [output(-1)])],
  ['bad-txns-vout-toolarge', transaction(one, [output(MAX_MONEY + 1n)])],
  ['bad-txns-txouttotal-toolarge', transaction(one, [output(MAX_MONEY), output(1)])],
  ['bad-txns-inputs-duplicate', transaction([input(at(0)), input(at(1)), input(at(0))], pay)],
  ['bad-cb-length', coinbase(1, pay, { scriptSig: new Uint8Array(1) })],
  ['bad-cb-length', coinbase(1, pay, { scriptSig: new Uint8Array(101) })],
  ['bad-txns-prevout-null', transaction([input(at(0)), input(NULL_OUTPOINT)], pay)],
]

test.each(cases)('%s', (reason, tx) => {
  expect(checkTransaction(tx)).toEqual({ ok: false, error: { failure: 'consensus', reason, message: '' } })
})

test('limits that just hold', () => {
  expect(checkTransaction(transaction(one, [output(MAX_MONEY)])).ok).toBe(true)
  expect(checkTransaction(coinbase(1, pay, { scriptSig: new Uint8Array(2) })).ok).toBe(true)
  expect(checkTransaction(coinbase(1, pay, { scriptSig: new Uint8Array(100) })).ok).toBe(true)
  // 10 bytes around, 41 for the input, 13 for the output: 999,936 of script make a megabyte.
  expect(checkTransaction(transaction(one, [output(1, new Uint8Array(999_936))])).ok).toBe(true)
  expect(checkTransaction(transaction(one, [output(1, new Uint8Array(999_937))])).ok).toBe(false)
})
