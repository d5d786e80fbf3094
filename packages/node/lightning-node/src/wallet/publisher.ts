import { bytesToHex, equalBytes } from '@ply/bytes'
import type { ChannelSigner, PublishEffect } from '@ply/channel'
import type { NodeEffect } from '@ply/lightning'
import type { Logger } from '@ply/ports'
import {
  type Block,
  computeTxid,
  hashToDisplay,
  outPointKey,
  type Transaction,
  transactionWeight,
} from '@ply/primitives'
import type { ChainBackend } from '../chainBackend.ts'
import { bumpByAnchor, bumpByInputs } from './feeBump.ts'
import type { OnchainWallet, SignedTransaction } from './onchainWallet.ts'

type ChannelPublish = Extract<NodeEffect, { readonly type: 'publish' }>

interface Job {
  readonly effect: PublishEffect
  readonly channel: string
  /** Height of the block that spent the first input, in this transaction or another. */
  endedAt: number | undefined
  /** What pays for it, if it does not pay for itself. */
  bumped: SignedTransaction | undefined
  bumpedFeerate: number
  bumpedAt: number
}

export interface PublisherOptions {
  readonly backend: ChainBackend
  readonly wallet: OnchainWallet
  readonly signer: ChannelSigner
  readonly logger: Logger
  /** Satoshi per 1000 weight for what is urgent now. */
  urgentFeerate(): number
}

/** An ended job is forgotten when no reorganisation will bring it back. */
const FORGET_AFTER = 144
/** Blocks that a bumped transaction is given before its fee is raised; one where its deadline is near. */
const PATIENCE = 6
const RAISE_PERCENT = 130
const MAX_FEERATE = 250_000

/** Keeps the channels' transactions in the mempool, with fees that fit the time they have, until the chain decided. */
export class Publisher {
  readonly #options: PublisherOptions
  readonly #jobs = new Map<string, Job>()
  #height = 0
  #working: Promise<void> = Promise.resolve()

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /** Resolves when everything asked for so far was given to the mempool. */
  idle(): Promise<void> {
    return this.#working
  }

  /** The transaction that ends a channel, if it was published: in display order. */
  endingTxid(channel: string): string | undefined {
    const endings = [...this.#jobs.values()].filter(
      (job) => job.channel === channel && (job.effect.kind === 'mutual-close' || job.effect.kind === 'commitment'),
    )
    const last = endings.at(-1)
    return last && hashToDisplay(computeTxid(last.effect.transaction))
  }

  /** Where the node stands when it starts; what the wallet had sent is given to the mempool again. */
  startAt(height: number): void {
    this.#height = height
    this.#enqueue(() => this.#resend())
  }

  async #resend(): Promise<void> {
    for (const transaction of this.#options.wallet.unconfirmed()) await this.#options.backend.broadcast(transaction)
  }

  publish(effect: ChannelPublish): void {
    const txid = bytesToHex(computeTxid(effect.transaction))
    const known = this.#jobs.get(txid)
    const job: Job = {
      effect,
      channel: effect.channel,
      endedAt: known?.endedAt,
      bumped: known?.bumped,
      bumpedFeerate: known?.bumpedFeerate ?? 0,
      bumpedAt: known?.bumpedAt ?? 0,
    }
    // A sweep that comes again takes the place of the earlier one only if it pays more: nothing else would be relayed.
    const earlier = this.#earlierSweep(effect)
    if (earlier && earlier.effect.feeratePerKw >= effect.feeratePerKw) return
    if (earlier) this.#jobs.delete(bytesToHex(computeTxid(earlier.effect.transaction)))
    this.#jobs.set(txid, job)
    this.#enqueue(() => this.#work(job))
  }

  /** A job that sweeps the same output by another transaction and has not ended. */
  #earlierSweep({ kind, transaction }: ChannelPublish): Job | undefined {
    if (kind !== 'claim' && kind !== 'penalty') return undefined
    const input = outPointKey(transaction.inputs[0]!.prevout)
    const txid = computeTxid(transaction)
    return [...this.#jobs.values()].find(
      ({ effect, endedAt }) =>
        endedAt === undefined &&
        effect.kind === kind &&
        outPointKey(effect.transaction.inputs[0]!.prevout) === input &&
        !equalBytes(computeTxid(effect.transaction), txid),
    )
  }

  blockConnected(height: number, block: Block): void {
    this.#height = height
    const active = new Map<string, Job>()
    for (const [txid, job] of this.#jobs) {
      if (job.endedAt === undefined) active.set(outPointKey(job.effect.transaction.inputs[0]!.prevout), job)
      else if (height - job.endedAt > FORGET_AFTER) this.#jobs.delete(txid)
    }
    if (active.size > 0) {
      const spenders = new Map<string, Transaction>()
      for (const transaction of block.transactions) {
        for (const { prevout } of transaction.inputs) spenders.set(outPointKey(prevout), transaction)
      }
      for (const job of this.#jobs.values()) {
        const spender = spenders.get(outPointKey(job.effect.transaction.inputs[0]!.prevout))
        if (!spender) continue
        job.endedAt = height
        this.#enqueue(() => this.#freeCoins(job, spender))
      }
    }
    this.#enqueue(() => this.#resend())
    for (const job of this.#jobs.values()) if (job.endedAt === undefined) this.#enqueue(() => this.#work(job))
  }

  /**
   * A child whose parent lost to another transaction can never confirm: the coins behind it are free again. The wallet
   * does not see that itself, because the parent is none of its transactions.
   */
  #freeCoins(job: Job, spender: Transaction): Promise<void> {
    const { bumped, effect } = job
    if (bumped && effect.bump.type === 'anchor' && !equalBytes(computeTxid(spender), computeTxid(effect.transaction))) {
      this.#options.wallet.noteDropped(bumped.transaction)
      job.bumped = undefined
      job.bumpedFeerate = 0
    }
    return Promise.resolve()
  }

  blockDisconnected(height: number): void {
    this.#height = height - 1
    for (const job of this.#jobs.values())
      if (job.endedAt !== undefined && job.endedAt >= height) job.endedAt = undefined
  }

  #enqueue(task: () => Promise<void>): void {
    const guarded = async (): Promise<void> => {
      try {
        await task()
      } catch (error) {
        this.#options.logger.log('warn', 'publishing failed', { error })
      }
    }
    this.#working = this.#working.then(guarded)
  }

  async #work(job: Job): Promise<void> {
    if (job.endedAt !== undefined) return
    const { transaction, bump } = job.effect
    switch (bump.type) {
      case 'none':
        await this.#broadcast(job, transaction)
        return
      case 'anchor': {
        await this.#broadcast(job, transaction)
        const feerate = this.#targetFeerate(job)
        const own = (bump.parentFeeSatoshis * 1000n) / BigInt(transactionWeight(transaction))
        if (own >= BigInt(feerate)) return
        await this.#bump(job, feerate, () => bumpByAnchor(this.#options, job.effect, bump, feerate))
        return
      }
      case 'attach': {
        const feerate = this.#targetFeerate(job)
        await this.#bump(job, feerate, () => bumpByInputs(this.#options.wallet, job.effect, feerate))
      }
    }
  }

  /** What the channel asked for, more if the mempool wants more, and more again when it took too long. */
  #targetFeerate(job: Job): number {
    const wanted = Math.max(job.effect.feeratePerKw, job.bumpedFeerate)
    if (!job.bumped) return Math.max(wanted, job.effect.deadline === undefined ? 0 : this.#options.urgentFeerate())
    const hurried = job.effect.deadline !== undefined && job.effect.deadline - this.#height < PATIENCE
    const waited = this.#height - job.bumpedAt
    if (waited < (hurried ? 1 : PATIENCE)) return wanted
    const raised = Math.ceil((wanted * RAISE_PERCENT) / 100)
    return Math.min(MAX_FEERATE, Math.max(raised, hurried ? this.#options.urgentFeerate() : 0))
  }

  async #bump(job: Job, feerate: number, make: () => ReturnType<typeof bumpByInputs>): Promise<void> {
    const { wallet, logger } = this.#options
    if (job.bumped && feerate <= job.bumpedFeerate) {
      await this.#broadcast(job, job.bumped.transaction)
      return
    }
    if (job.bumped) wallet.noteDropped(job.bumped.transaction)
    const made = make()
    if (!made.ok) {
      logger.log('warn', 'no coins to raise a fee with', {
        channel: job.channel,
        kind: job.effect.kind,
        reason: made.error,
      })
      if (job.bumped) {
        wallet.noteBroadcast(job.bumped.transaction)
        await this.#broadcast(job, job.bumped.transaction)
      }
      return
    }
    job.bumped = made.value
    job.bumpedFeerate = feerate
    job.bumpedAt = this.#height
    await this.#broadcast(job, made.value.transaction)
  }

  async #broadcast(job: Job, transaction: Transaction): Promise<void> {
    const { backend, wallet, logger } = this.#options
    const fields = { kind: job.effect.kind, txid: hashToDisplay(computeTxid(transaction)), channel: job.channel }
    // A child that pays for its parent brings it along: mempools that are full do not take the parent alone.
    const parent =
      transaction === job.bumped?.transaction && job.effect.bump.type === 'anchor' && job.effect.transaction
    const accepted = await (parent ? backend.broadcast(transaction, parent) : backend.broadcast(transaction))
    if (accepted.ok) {
      if (parent) wallet.noteBroadcast(parent)
      wallet.noteBroadcast(transaction)
      logger.log('debug', 'broadcast', fields)
    } else {
      logger.log('info', 'not accepted by the mempool', { ...fields, reason: accepted.error })
    }
  }
}
