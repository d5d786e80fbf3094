import { equalBytes } from '@ply/bytes'
import type { NodeEvent, Notification } from '@ply/lightning'
import type { Logger, Store } from '@ply/ports'
import { computeTxid, sats } from '@ply/primitives'
import { shortChannelIdParts, type ShortChannelId } from '@ply/wire'
import type { ChainBackend } from '../chainBackend.ts'
import type { PeerHub } from '../peers/peerHub.ts'
import type { OnchainWallet, SignedTransaction } from '../wallet/onchainWallet.ts'
import type { Publisher } from '../wallet/publisher.ts'
import type { OutwardEffect } from './engine.ts'
import type { Requests } from './requests.ts'
import { machineKey, prefixRange, withoutPrefix } from './storeKeys.ts'

export interface EffectRunnerOptions {
  readonly backend: ChainBackend
  readonly store: Store
  readonly peers: PeerHub
  readonly wallet: OnchainWallet
  readonly publisher: Publisher
  readonly requests: Requests
  readonly logger: Logger
  post(event: NodeEvent): Promise<void>
  notified(notification: Notification): void
  failed(error: unknown): void
}

/** Does what the machine wants done, and brings the answers back as events. */
export class EffectRunner {
  readonly #options: EffectRunnerOptions
  readonly #fundings = new Map<string, SignedTransaction>()
  #lookups: Promise<void> = Promise.resolve()

  constructor(options: EffectRunnerOptions) {
    this.#options = options
  }

  run(effect: OutwardEffect): void {
    const { peers, publisher, requests, failed } = this.#options
    switch (effect.type) {
      case 'send':
        peers.send(effect.peer, effect.bytes)
        return
      case 'connect':
        peers.dial(effect.peer, effect.addresses).catch(failed)
        return
      case 'disconnect':
        peers.disconnect(effect.peer, effect.reason)
        return
      case 'publish':
        publisher.publish(effect)
        return
      case 'load':
        this.#load(effect.prefix).catch(failed)
        return
      case 'check-funding':
        // One after the other: strangers choose how many blocks are to be read.
        this.#lookups = this.#lookups
          .then(() => this.#checkFunding(effect.shortChannelId as ShortChannelId))
          .catch(failed)
        return
      case 'request-funding':
        this.#fund(effect)
        return
      case 'release-funding':
        this.#release(effect.fundingId)
        return
      case 'reply':
        requests.reply(effect.requestId, effect.result)
        return
      case 'notify':
        this.#options.notified(effect.notification)
        return
    }
  }

  async #load(prefix: Uint8Array): Promise<void> {
    const entries: [Uint8Array, Uint8Array][] = []
    for await (const [key, value] of this.#options.store.iterate(prefixRange(machineKey(prefix)))) {
      entries.push([withoutPrefix(key), value])
    }
    void this.#options.post({ type: 'loaded', prefix, entries })
  }

  /** What stands at a short channel id, if it is there and unspent. A chain that cannot say is taken for a no. */
  async #checkFunding(shortChannelId: ShortChannelId): Promise<void> {
    const { backend, logger, post } = this.#options
    const { blockHeight, transactionIndex, outputIndex } = shortChannelIdParts(shortChannelId)
    const find = async (): Promise<Extract<NodeEvent, { type: 'funding-checked' }>['output']> => {
      const transaction = (await backend.getBlock(blockHeight))?.transactions[transactionIndex]
      if (!transaction?.outputs[outputIndex]) return undefined
      const outpoint = { txid: computeTxid(transaction), index: outputIndex }
      const output = await backend.unspentOutput(outpoint)
      return output && { outpoint, value: output.value, scriptPubKey: output.scriptPubKey }
    }
    try {
      void post({ type: 'funding-checked', shortChannelId, output: await find() })
    } catch (error) {
      logger.log('warn', 'could not look up a channel', { error })
      void post({ type: 'funding-checked', shortChannelId, output: undefined })
    }
  }

  #fund({ fundingId, scriptPubKey, valueSat, feerate }: Extract<OutwardEffect, { type: 'request-funding' }>): void {
    const { wallet, post } = this.#options
    const funded = wallet.fundOutput({ value: sats(valueSat), scriptPubKey }, feerate)
    if (!funded.ok) {
      void post({ type: 'funding-failed', fundingId, reason: funded.error })
      return
    }
    // Kept back from other payments until the channel publishes or releases it.
    wallet.setLocked(funded.value.coins, true)
    this.#fundings.set(fundingId, funded.value)
    const { transaction } = funded.value
    const outputIndex = transaction.outputs.findIndex(
      (output) => output.value === valueSat && equalBytes(output.scriptPubKey, scriptPubKey),
    )
    void post({ type: 'funding-created', fundingId, transaction, outputIndex })
  }

  #release(fundingId: string): void {
    const funding = this.#fundings.get(fundingId)
    if (funding) this.#options.wallet.setLocked(funding.coins, false)
    this.#fundings.delete(fundingId)
  }
}
