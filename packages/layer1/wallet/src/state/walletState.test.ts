import { bytesToHex, err, unwrap } from '@ply/bytes'
import { computeTxid, outPointKey, REGTEST, type Transaction } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { describe, expect, test } from 'vitest'
import { createState, FakeChain, FOREIGN_SCRIPT, keys, output, spend } from '../test/fakeChain.ts'
import { GAP_LIMIT } from './addressBook.ts'
import { loadWalletState, saveWalletState } from './savedState.ts'
import { WalletState } from './walletState.ts'

/** A chain whose first block gives a stranger 10 outputs of 1000 to pay with. */
function start(): { chain: FakeChain; state: WalletState; stranger: Transaction } {
  const chain = new FakeChain()
  const stranger = chain.mine(
    [],
    Array.from({ length: 10 }, () => output(1000, FOREIGN_SCRIPT)),
  ).transactions[0]!
  const state = createState()
  chain.sync(state)
  return { chain, state, stranger }
}

describe('a wallet state', () => {
  test('sees a payment unconfirmed, confirmed, and unconfirmed again after a reorg', () => {
    const { chain, state, stranger } = start()
    const payment = spend([[stranger, 0]], [output(700, state.nextAddress().scriptPubKey), output(200, FOREIGN_SCRIPT)])
    expect(state.applyUnconfirmed(payment, 5)).toBe(true)
    expect(state.balance()).toMatchObject({ total: 700n, pending: 700n, confirmed: 0n, spendable: 0n })
    chain.mine([payment])
    chain.mine()
    chain.sync(state)
    expect(state.balance()).toMatchObject({ total: 700n, pending: 0n, confirmed: 700n, spendable: 700n })
    expect(state.history()).toMatchObject([
      { net: 700n, kind: 'received', confirmations: 2, height: 1, fee: undefined },
    ])
    chain.undo()
    chain.undo()
    chain.mine()
    chain.sync(state)
    expect(state.balance()).toMatchObject({ total: 700n, pending: 700n, confirmed: 0n })
    state.dropUnconfirmed(computeTxid(payment))
    expect(state.balance().total).toBe(0n)
    expect(state.history()).toMatchObject([{ status: 'dropped', confirmations: 0 }])
  })

  test('refuses a block that does not connect, and a reorg deeper than it remembers', () => {
    const { chain, state } = start()
    const first = chain.blocks[0]!
    expect(state.applyBlock(1, first)).toEqual(err('block-does-not-connect'))
    expect(state.applyBlock(5, chain.mine())).toEqual(err('block-does-not-connect'))
    expect(state.undoBlock()).toEqual(err('reorg-too-deep'))
    expect(state.height).toBe(0)
  })

  test('counts a coinbase as immature for 100 blocks, and loses it in a reorg', () => {
    const { chain, state } = start()
    chain.mine([], [output(5000, state.nextAddress('p2tr').scriptPubKey)])
    for (let i = 0; i < 99; i++) chain.mine()
    chain.sync(state)
    expect(state.balance()).toMatchObject({ total: 5000n, immature: 5000n, spendable: 0n })
    chain.mine()
    chain.sync(state)
    expect(state.balance()).toMatchObject({ total: 5000n, immature: 0n, spendable: 5000n })
    for (let i = 0; i < 101; i++) chain.undo()
    chain.mine()
    chain.sync(state)
    expect(state.balance().total).toBe(0n)
    expect(state.history()).toMatchObject([{ kind: 'mined', status: 'dropped' }])
  })

  test('finds payments up to the gap limit, also where the farther one stands first in the block', () => {
    const { chain, state, stranger } = start()
    const at = (index: number): Uint8Array => state.addressAt({ type: 'p2wpkh', chain: 0, index }).scriptPubKey
    const far = spend([[stranger, 1]], [output(2, at(GAP_LIMIT + 10))])
    const near = spend([[stranger, 0]], [output(1, at(GAP_LIMIT - 1))])
    chain.mine([far, near])
    chain.sync(state)
    expect(state.balance().confirmed).toBe(3n)
    expect(state.nextAddress().key.index).toBe(GAP_LIMIT + 11)
  })

  test('gives fresh addresses once, and the first unused one again and again', () => {
    const state = createState()
    expect(state.nextAddress().key.index).toBe(0)
    expect(state.nextAddress().key.index).toBe(0)
    expect(state.nextAddress('p2wpkh', { fresh: true }).key.index).toBe(0)
    expect(state.nextAddress('p2wpkh', { fresh: true }).key.index).toBe(1)
    expect(state.nextAddress('p2tr', { fresh: true }).address).toMatch(/^bcrt1p/)
    expect(state.changeAddress().key).toEqual({ type: 'p2wpkh', chain: 1, index: 0 })
  })

  test('follows replacement and its descendants', () => {
    const { chain, state, stranger } = start()
    const mine = state.nextAddress().scriptPubKey
    chain.mine([spend([[stranger, 0]], [output(1000, mine)])])
    chain.sync(state)
    const coin = chain.blocks[1]!.transactions[1]!
    const original = spend([[coin, 0]], [output(300, FOREIGN_SCRIPT), output(690, mine)])
    const child = spend([[original, 1]], [output(680, mine)])
    state.applyUnconfirmed(original, 1)
    state.applyUnconfirmed(child, 2)
    expect(state.balance()).toMatchObject({ total: 680n, pending: 680n, spendable: 680n })
    const replacement = spend([[coin, 0]], [output(300, FOREIGN_SCRIPT), output(600, mine)])
    state.applyUnconfirmed(replacement, 3)
    expect(state.balance()).toMatchObject({ total: 600n, pending: 600n })
    const history = state.history()
    const find = (tx: Transaction) => history.find((entry) => bytesToHex(entry.txid) === bytesToHex(computeTxid(tx)))
    expect(find(original)).toMatchObject({ status: 'replaced', replacedBy: computeTxid(replacement) })
    expect(find(child)).toMatchObject({ status: 'replaced' })
    expect(find(replacement)).toMatchObject({ kind: 'sent', net: -400n, fee: 100n, status: 'active' })
    // The miner took the original after all.
    chain.mine([original])
    chain.sync(state)
    expect(state.balance()).toMatchObject({ total: 690n, confirmed: 690n })
    expect(state.applyUnconfirmed(replacement, 4)).toBe(false)
    expect(
      state.history().find((entry) => bytesToHex(entry.txid) === bytesToHex(computeTxid(replacement))),
    ).toMatchObject({ status: 'replaced', replacedBy: computeTxid(original) })
  })

  test('an unconfirmed payment from a stranger goes when a block spends its inputs elsewhere', () => {
    const { chain, state, stranger } = start()
    state.applyUnconfirmed(spend([[stranger, 0]], [output(900, state.nextAddress().scriptPubKey)]), 1)
    chain.mine([spend([[stranger, 0]], [output(950, FOREIGN_SCRIPT)])])
    chain.sync(state)
    expect(state.balance().total).toBe(0n)
    expect(state.history()).toMatchObject([{ status: 'replaced' }])
  })

  test('keeps labels and locks', () => {
    const { chain, state, stranger } = start()
    const payment = spend([[stranger, 0]], [output(700, state.nextAddress().scriptPubKey)])
    chain.mine([payment])
    chain.sync(state)
    state.setLabel(computeTxid(payment), 'rent')
    const [coin] = state.coins()
    state.setLocked(coin!.outpoint, true)
    expect(state.balance()).toMatchObject({ confirmed: 700n, spendable: 0n })
    const restored = unwrap(loadWalletState(JSON.parse(JSON.stringify(saveWalletState(state)))))
    expect(restored.history()).toMatchObject([{ label: 'rent' }])
    expect(restored.coins()).toMatchObject([{ locked: true }])
    restored.setLocked(coin!.outpoint, false)
    restored.setLabel(computeTxid(payment), '')
    expect(restored.balance().spendable).toBe(700n)
    expect(restored.history()[0]!.label).toBeUndefined()
  })
})

/** What must be equal for two states to stand for the same wallet at the same chain, mempool aside. */
const summary = (state: WalletState): unknown => ({
  coins: state
    .coins()
    .filter((coin) => coin.height !== undefined)
    .map((coin) => `${outPointKey(coin.outpoint)} ${coin.output.value} ${coin.height} ${coin.mature}`)
    .sort(),
  confirmed: state
    .history()
    .filter((entry) => entry.height !== undefined)
    .map((entry) => `${bytesToHex(entry.txid)} ${entry.net} ${entry.fee} ${entry.height}`)
    .sort(),
})

test('after any run of blocks, reorgs, payments and restarts, a wallet knows what a rescan finds', () => {
  for (const seed of [1, 2]) {
    const random = createRandom(seed)
    const { chain, state: first } = start()
    let state = first
    for (let step = 0; step < 100; step++) {
      const action = random.below(10)
      if (action < 5) {
        const spendable = chain.blocks
          .flatMap((block) => block.transactions)
          .flatMap((tx) => tx.outputs.map((_, i) => [tx, i] as const))
        const spent = new Set(
          chain.blocks.flatMap((block) =>
            block.transactions.flatMap((tx) => tx.inputs.map((i) => outPointKey(i.prevout))),
          ),
        )
        const free = spendable.filter(([tx, index]) => !spent.has(outPointKey({ txid: computeTxid(tx), index })))
        const from = random.pick(free)
        const value = from[0].outputs[from[1]]!.value
        const script = random.chance(0.6)
          ? state.nextAddress(random.chance(0.5) ? 'p2wpkh' : 'p2tr').scriptPubKey
          : FOREIGN_SCRIPT
        const tx = spend([from], [output(value / 2n, script), output(value / 3n, FOREIGN_SCRIPT)])
        if (random.chance(0.5)) state.applyUnconfirmed(tx, step)
        if (random.chance(0.8)) chain.mine([tx])
        chain.sync(state)
      } else if (action < 7) {
        chain.mine([], [output(100 + step, state.nextAddress().scriptPubKey)])
        chain.sync(state)
      } else if (action < 9) {
        const depth = Math.min(1 + random.below(4), chain.blocks.length - 1)
        for (let i = 0; i < depth; i++) chain.undo()
        chain.mine()
        chain.sync(state)
      } else {
        state = unwrap(loadWalletState(JSON.parse(JSON.stringify(saveWalletState(state)))))
      }
      const { total } = state.balance()
      const sum = state
        .history()
        .filter((entry) => entry.status === 'active')
        .reduce((net, entry) => net + entry.net, 0n)
      expect(sum).toBe(total)
    }
    // The mempool is no part of the comparison, so what it spends is not spent.
    for (const tx of state.unconfirmed()) state.dropUnconfirmed(computeTxid(tx))
    const rescanned = createState()
    chain.sync(rescanned)
    expect(summary(state)).toEqual(summary(rescanned))
  }
})

test('saved states that are not ours are refused by name', () => {
  const random = createRandom(9)
  const { chain, state, stranger } = start()
  chain.mine([spend([[stranger, 0]], [output(1, state.nextAddress().scriptPubKey)])])
  chain.sync(state)
  const saved = JSON.stringify(saveWalletState(state))
  const check = (value: unknown): void => {
    const loaded = loadWalletState(value)
    if (!loaded.ok) expect(loaded.error.code).toMatch(/^[a-z0-9-]+$/)
  }
  for (const value of [null, 1, 'x', [], {}, { version: 1 }, { version: 1, network: 'regtest', labels: [] }]) {
    expect(loadWalletState(value).ok).toBe(false)
  }
  for (let run = 0; run < 300; run++) {
    const at = random.below(saved.length)
    const text = saved.slice(0, at) + random.pick(['0', '"', 'x', '{', '', 'null', ']']) + saved.slice(at + 1)
    try {
      check(JSON.parse(text))
    } catch (error) {
      expect(error).toBeInstanceOf(SyntaxError)
    }
  }
  expect(WalletState.create(keys.accounts, REGTEST, 7).height).toBe(6)
})
