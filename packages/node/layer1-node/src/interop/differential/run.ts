import { bytesToHex } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import {
  type Block,
  encodeBlock,
  encodeHeader,
  encodeTransaction,
  hashToDisplay,
  type NetworkParameters,
  sats,
  type Transaction,
} from '@ply/primitives'
import { isJsonObject, type Json } from '@ply/rpc'
import { createRandom, type Random } from '@ply/testkit'
import { buildBlock, usualTime } from './blocks.ts'
import type { BlockPlan } from './blockMutations.ts'
import type { Duel } from './duel.ts'
import { Ledger, type OwnedCoin, type Whereabouts } from './ledger.ts'
import type { Lock } from './lock.ts'
import { ANYONE, STANDARD_LOCKS } from './locks.ts'
import { networkOf } from './ownNode.ts'
import type { Answer, Setup } from './side.ts'
import { type Draft, draftTransaction, outputsOf, type TransactionWishes } from './transactions.ts'

const nameless = (text: string): string => text.replace(/[0-9a-f]{64}/g, '…').replace(/\d+(\.\d+)?/g, 'N')

const submitVerdict = (answer: Answer): string =>
  answer.ok ? (answer.result === null ? 'accepted' : String(answer.result)) : nameless(answer.message)

const field = (value: Json | undefined, name: string): Json | undefined =>
  value !== undefined && isJsonObject(value) ? value[name] : undefined

function testVerdict(answer: Answer): string {
  if (!answer.ok) return nameless(answer.message)
  const verdicts = (answer.result as readonly Json[]).map((each) =>
    field(each, 'allowed') === true
      ? 'allowed'
      : String(field(each, 'reject-reason') ?? field(each, 'package-error') ?? '-'),
  )
  return verdicts.length === 1 ? verdicts[0]! : `package ${[...new Set(verdicts)].sort().join(' | ')}`
}

const sendVerdict = (answer: Answer): string => (answer.ok ? 'accepted' : nameless(answer.message))

function packageVerdict(answer: Answer): string {
  if (!answer.ok) return nameless(answer.message)
  const results = field(answer.result, 'tx-results')
  const errors = results !== undefined && isJsonObject(results) ? Object.values(results as object) : []
  const reasons = errors.map((each: Json) => nameless(String(field(each, 'error') ?? 'ok')).split(',')[0])
  return `${nameless(String(field(answer.result, 'package_msg')))} (${[...new Set(reasons)].sort().join(' | ')})`
}

/** One differential run: makes chain and transactions, and offers everything to both nodes. */
export class Run {
  readonly duel: Duel
  readonly setup: Setup
  readonly parameters: NetworkParameters
  readonly random: Random
  readonly ledger: Ledger
  now: number
  lastVerdict = ''
  /** A coinbase that does not name its height, to be repeated where BIP 34 is not in force. */
  firstCoinbase: { readonly tx: Transaction; readonly lock: Lock } | undefined

  constructor(duel: Duel, setup: Setup, seed: number) {
    this.duel = duel
    this.setup = setup
    this.parameters = networkOf(setup)
    this.random = createRandom(seed)
    this.ledger = new Ledger(duel.own)
    this.now = setup.now
  }

  get tip(): BlockNode {
    return this.duel.own.node.chain.tip
  }

  /** What transactions are made for. */
  get place(): { readonly height: number; readonly time: number } {
    return { height: this.tip.height, time: this.tip.time }
  }

  async setTime(now: number): Promise<void> {
    this.now = now
    await this.duel.ask('time', 'setmocktime', [now])
  }

  async submitBlock(what: string, block: Block): Promise<boolean> {
    const hex = bytesToHex(encodeBlock(block))
    const { core } = await this.duel.ask(what, 'submitblock', [hex], { verdict: submitVerdict })
    this.lastVerdict = submitVerdict(core)
    await this.duel.compareTips(what)
    return core.ok && core.result === null
  }

  async submitHeader(what: string, block: Block): Promise<void> {
    await this.duel.ask(what, 'submitheader', [bytesToHex(encodeHeader(block.header))], { verdict: submitVerdict })
  }

  hex(tx: Transaction): string {
    return bytesToHex(encodeTransaction(tx))
  }

  displayHash(node: BlockNode): string {
    return hashToDisplay(node.hash)
  }

  /** Only asks what the pools would say. */
  async test(what: string, tx: Transaction, maxFeeRate: number | string = 0): Promise<void> {
    await this.duel.ask(what, 'testmempoolaccept', [[this.hex(tx)], maxFeeRate], { verdict: testVerdict })
  }

  async offer(what: string, tx: Transaction, maxFeeRate: number | string = 0): Promise<boolean> {
    const hex = bytesToHex(encodeTransaction(tx))
    await this.duel.ask(what, 'testmempoolaccept', [[hex], maxFeeRate], { verdict: testVerdict })
    const { core } = await this.duel.ask(what, 'sendrawtransaction', [hex, maxFeeRate, 21_000_000], {
      verdict: sendVerdict,
    })
    await this.duel.comparePool(what)
    return core.ok
  }

  async offerPackage(
    what: string,
    transactions: readonly Transaction[],
    maxFeeRate: number | string = 0,
  ): Promise<void> {
    const hexes = transactions.map((tx) => bytesToHex(encodeTransaction(tx)))
    await this.duel.ask(what, 'testmempoolaccept', [hexes, maxFeeRate], { verdict: testVerdict })
    await this.duel.ask(what, 'submitpackage', [hexes, maxFeeRate, 21_000_000], { verdict: packageVerdict })
    await this.duel.comparePool(what)
  }

  learn({ tx, locks }: Draft): void {
    this.ledger.learn(tx, locks)
  }

  async pickCoins(
    places: readonly Whereabouts[],
    most: number,
    fits?: (coin: OwnedCoin) => boolean,
  ): Promise<OwnedCoin[]> {
    const coins = new Map<string, OwnedCoin>()
    const wanted = 1 + this.random.below(most)
    for (let i = 0; i < wanted; i++) {
      const coin = await this.ledger.pick(this.random, places, fits)
      if (coin) coins.set(`${bytesToHex(coin.outpoint.txid)}:${coin.outpoint.index}`, coin)
    }
    return [...coins.values()]
  }

  draft(coins: readonly OwnedCoin[], wishes: Partial<TransactionWishes> = {}): Draft {
    return draftTransaction(coins, { random: this.random, now: this.place, ...wishes })
  }

  /** Transactions for a block on the tip, which may spend each other, and the fees they leave. */
  async blockContents(
    most: number,
    odd = 0.3,
  ): Promise<{ readonly transactions: Transaction[]; readonly fees: bigint }> {
    const drafts: Draft[] = []
    const used = new Set<OwnedCoin>()
    const count = this.random.below(most + 1)
    let fresh: OwnedCoin[] = []
    for (let i = 0; i < count; i++) {
      const fits = (coin: OwnedCoin): boolean => !used.has(coin) && isTame(coin.lock)
      const chained = fresh.length > 0 && this.random.chance(0.4) ? [this.random.pick(fresh)] : []
      const coins = [...chained, ...(await this.pickCoins(['chain', 'contested'], 2, fits))]
      if (coins.length === 0) continue
      for (const coin of coins) used.add(coin)
      const draft = this.draft(coins, { odd })
      const made = outputsOf(draft).filter(({ lock }) => isTame(lock))
      fresh = [...fresh.filter((coin) => !used.has(coin)), ...made]
      drafts.push(draft)
      this.learn(draft)
    }
    return { transactions: drafts.map(({ tx }) => tx), fees: drafts.reduce((sum, draft) => sum + feeOf(draft), 0n) }
  }

  plan(
    contents: { readonly transactions: readonly Transaction[]; readonly fees: bigint },
    lock = this.rewardLock(),
  ): BlockPlan {
    return {
      parameters: this.parameters,
      previous: this.tip,
      ...contents,
      rewardScript: lock.scriptPubKey,
      time: usualTime(this.tip, this.now),
      random: this.random,
      now: this.now,
    }
  }

  rewardLock(): Lock {
    return this.random.pick(STANDARD_LOCKS)(this.random, this.place)
  }

  /** Builds a block as it should be, submits it, and remembers its coinbase. */
  async extend(what: string, contents: { transactions: readonly Transaction[]; fees: bigint }): Promise<boolean> {
    const lock = this.rewardLock()
    const block = buildBlock(this.plan(contents, lock))
    this.ledger.learn(block.transactions[0]!, [lock])
    return this.submitBlock(what, block)
  }

  /** The first block, where BIP 34 comes late: its coinbase could come again. */
  async mineRepeatable(): Promise<void> {
    const lock = ANYONE(this.random, this.place)
    const repeatable = (coinbase: Transaction): Transaction => ({
      ...coinbase,
      lockTime: 0,
      outputs: coinbase.outputs.map((output) => ({ ...output, value: sats(1_000_000_000) })),
    })
    const plan = { ...this.plan({ transactions: [], fees: 0n }, lock), withoutCommitment: true, coinbase: repeatable }
    const block = buildBlock(plan)
    this.firstCoinbase = { tx: block.transactions[0]!, lock }
    this.ledger.learn(block.transactions[0]!, [lock])
    await this.submitBlock('a coinbase to repeat', block)
  }

  async mine(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.extend('empty block', { transactions: [], fees: 0n })
  }
}

export const feeOf = ({ coins, tx }: Draft): bigint =>
  coins.reduce((sum, coin) => sum + coin.value, 0n) - tx.outputs.reduce((sum, output) => sum + output.value, 0n)

/** Kinds that a block can always spend, whatever the height. */
export const isTame = (lock: Lock): boolean =>
  lock.lockTime === undefined &&
  lock.sequence === undefined &&
  !/random|key type|budget|big item|sigops|if$|OP_SUCCESS|leaf version|unknown witness|p2a/.test(lock.name)
