import { unwrap } from '@ply/bytes'
import { REGTEST } from '@ply/primitives'
import { parseDescriptor } from '@ply/script'
import { SeededEntropy } from '@ply/testkit'
import { describe, expect, test } from 'vitest'
import { FakeChain, FOREIGN_SCRIPT, output, spend } from '../test/fakeChain.ts'
import { computeWalletBalances } from './balances.ts'
import { availableCoins } from './coins.ts'
import { DescriptorWallet, EMPTY_WALLET } from './descriptorWallet.ts'
import { signedInputWeight } from './inputSize.ts'
import { KeyRing } from './keyRing.ts'
import { formatMoney } from './formatMoney.ts'
import { createPayment } from './payment/createPayment.ts'
import { DEFAULT_PAYMENT_HABITS, type PaymentOrder } from './payment/order.ts'
import { EMPTY_POOL } from './poolView.ts'
import { addAccounts } from './setup.ts'
import { createWalletDescriptor } from './walletDescriptor.ts'

const entropy = new SeededEntropy(1)
const COST = { N: 16, r: 1, p: 1 }
const FLAGS = { disablePrivateKeys: false, blank: false, avoidReuse: false }
const RATES = {
  feeRate: 1000n,
  discardRate: 10_000n,
  dustRate: 3000n,
  longTermRate: 10_000n,
  maxFee: 10_000_000n,
}

function createWallet(keypool = 3): DescriptorWallet {
  const ledger = { height: -1, recentBlocks: [], records: [] }
  const environment = { network: REGTEST, keypool, now: () => 1_700_000_000, pool: { ...EMPTY_POOL, has: () => true } }
  const wallet = new DescriptorWallet({ ...EMPTY_WALLET, flags: FLAGS, ledger }, environment)
  addAccounts(wallet, entropy)
  return wallet
}

/** A wallet with confirmed coins of these amounts. */
function createFunded(...values: readonly bigint[]): DescriptorWallet {
  const wallet = createWallet()
  const chain = new FakeChain()
  const [start] = chain.mine([], [output(10_000_000n, FOREIGN_SCRIPT)]).transactions
  const { id } = wallet.book.activeFor('bech32', false)!
  const outputs = values.map((value) => output(value, unwrap(wallet.book.takeNext(id)).scriptPubKey))
  chain.mine([spend([[start!, 0]], outputs)])
  chain.blocks.forEach((block, height) => unwrap(wallet.ledger.applyBlock(height, block)))
  return wallet
}

const pay = (wallet: DescriptorWallet, value: bigint, order: Partial<PaymentOrder> = {}) =>
  createPayment(wallet, {
    recipients: [{ scriptPubKey: FOREIGN_SCRIPT, value, subtractFee: false }],
    rates: RATES,
    habits: DEFAULT_PAYMENT_HABITS,
    entropy,
    ...order,
  })

describe('keys', () => {
  test('are sealed under a passphrase that ends where it ends', () => {
    const ring = new KeyRing(REGTEST)
    ring.add('a', 'pk(cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA)', entropy)
    ring.encrypt('secret', { entropy, cost: COST })
    ring.lock()
    expect(ring.descriptor('a')).toBeUndefined()
    expect([...ring.saved().secrets.values()].join('')).not.toContain('cMah')
    for (const wrong of ['', 'Secret', 'secret\0']) expect(ring.unlock(wrong).ok).toBe(false)
    const copy = new KeyRing(REGTEST, ring.saved())
    expect(copy.unlock('secret').ok).toBe(true)
    expect(copy.descriptor('a')?.type).toBe('pk')
    expect(copy.changePassphrase('wrong', 'other', { entropy, cost: COST }).ok).toBe(false)
    unwrap(copy.changePassphrase('secret', 'other', { entropy, cost: COST }))
    expect(copy.unlock('secret').ok).toBe(false)
    expect(copy.unlock('other').ok).toBe(true)
  })
})

describe('addresses', () => {
  test('are watched ahead of those given out, and further when one ahead is used', () => {
    const wallet = createWallet()
    const { id } = wallet.book.activeFor('bech32m', false)!
    expect(wallet.book.get(id)).toMatchObject({ next: 0, end: 3 })
    const first = unwrap(wallet.book.takeNext(id))
    expect(unwrap(wallet.book.takeNext(id)).index).toBe(1)
    expect(wallet.book.get(id)).toMatchObject({ next: 2, end: 4 })
    expect(wallet.book.markUsed({ id, index: 3 })).toBe(true)
    expect(wallet.book.get(id)).toMatchObject({ next: 4, end: 7 })
    expect(wallet.book.find(first.scriptPubKey)).toEqual({ id, index: 0 })
    const last = unwrap(wallet.book.takeNext(id))
    wallet.book.giveBack(last)
    expect(unwrap(wallet.book.takeNext(id))).toEqual(last)
  })

  test('run out where hardened steps ask for keys that are sealed', () => {
    const wallet = createWallet()
    const text =
      'wpkh(tprv8ZgxMBicQKsPd7Uf69XL1XwhmjHopUGep8GuEiJDZmbQz6o58LninorQAfcKZWARbtRtfnLcJ5MQ2AtHcQJCCRUcMRvmDUjyEmNUWwx8UbK/*h)'
    const parsed = unwrap(parseDescriptor(text, REGTEST))
    const fields = { timestamp: 1, internal: false, start: 0, end: 1, next: 0 }
    const descriptor = createWalletDescriptor(parsed, REGTEST, fields)
    wallet.ring.add(descriptor.id, text, entropy)
    unwrap(wallet.book.add(descriptor))
    wallet.ring.encrypt('x', { entropy, cost: COST })
    wallet.ring.lock()
    expect(wallet.book.takeNext(descriptor.id).ok).toBe(true)
    expect(wallet.book.takeNext(descriptor.id)).toEqual({ ok: false, error: 'keypool-ran-out' })
  })
})

describe('a payment', () => {
  test('pays what was said, and the rest to an own address that nobody was given', () => {
    const wallet = createFunded(100_000n, 50_000n)
    const payment = unwrap(pay(wallet, 60_000n))
    const change = payment.tx.outputs[payment.changePosition!]!
    expect(wallet.isChange(change.scriptPubKey)).toBe(true)
    const size = BigInt(Math.ceil((41 * 4 + 107 + 42 + 4 * (31 + 31)) / 4))
    expect(payment.fee).toBe(payment.tx.inputs.length === 1 ? size : payment.fee)
    expect(computeWalletBalances(wallet).trusted).toBe(150_000n)
  })

  test.each([
    ['no recipient', { recipients: [] }, 'Transaction must have at least one recipient'],
    ['dust', { recipients: [{ scriptPubKey: FOREIGN_SCRIPT, value: 1n, subtractFee: false }] }, 'amount too small'],
    ['too much', {}, 'Insufficient funds'],
    [
      'all but the fee',
      { recipients: [{ scriptPubKey: FOREIGN_SCRIPT, value: 150_000n, subtractFee: false }] },
      'The total exceeds your balance when the 0.',
    ],
    ['weight', { maxWeight: 3 }, 'Maximum transaction weight must be between'],
    [
      'unknown coin',
      { inputs: [{ outpoint: { txid: new Uint8Array(32) as never, index: 0 } }] },
      'Not found pre-selected input',
    ],
  ] as const)('%s is refused', (_, order, words) => {
    const wallet = createFunded(100_000n, 50_000n)
    const before = wallet.book.keypoolSize(true)
    const refused = pay(wallet, 10_000_000n, order)
    expect(refused.ok ? '' : refused.error).toContain(words)
    expect(wallet.book.keypoolSize(true)).toBe(before)
  })

  test('takes the fee out of the recipients, the odd satoshi out of the first', () => {
    const wallet = createFunded(100_000n)
    const share = { scriptPubKey: FOREIGN_SCRIPT, value: 50_000n, subtractFee: true }
    const payment = unwrap(pay(wallet, 0n, { recipients: [share, share] }))
    const [first, second] = payment.tx.outputs.map(({ value }) => value)
    expect(payment.changePosition).toBeUndefined()
    expect(first! + second! + payment.fee).toBe(100_000n)
    expect(second! - first!).toBe(payment.fee % 2n)
  })

  test('leaves locked coins alone, unless they are named', () => {
    const wallet = createFunded(100_000n)
    const [coin] = availableCoins(wallet)
    wallet.lock(coin!.outpoint, false)
    expect(pay(wallet, 50_000n).ok).toBe(false)
    expect(pay(wallet, 50_000n, { inputs: [{ outpoint: coin!.outpoint }] }).ok).toBe(true)
  })
})

test('sizes of signed inputs are told from the scripts behind them', () => {
  const wallet = createWallet()
  const weights = (['legacy', 'p2sh-segwit', 'bech32', 'bech32m'] as const).map((type) => {
    const { id } = wallet.book.activeFor(type, false)!
    return wallet.inputWeight(unwrap(wallet.book.takeNext(id)).scriptPubKey)
  })
  expect(weights).toEqual([164 + 4 * 106 + 1, 164 + 4 * 23 + 107, 164 + 107, 164 + 66])
  expect(signedInputWeight(FOREIGN_SCRIPT, {})).toBeUndefined()
})

test('amounts are written as Bitcoin Core writes them', () => {
  expect([0n, 1n, 100n, 12_345_678n, 100_000_000n, -150_000_000n].map(formatMoney)).toEqual([
    '0.00',
    '0.00000001',
    '0.000001',
    '0.12345678',
    '1.00',
    '-1.50',
  ])
})
