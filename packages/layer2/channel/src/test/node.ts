import { assert, bytesToHex, equalBytes, unwrap } from '@ply/bytes'
import { ecdsaSign, hash160, publicKeyFromSecret, sha256 } from '@ply/crypto'
import {
  blockHeight,
  computeTxid,
  type OutPoint,
  outPointKey,
  sats,
  type Transaction,
  type TxOutput,
} from '@ply/primitives'
import { computeSegwitV0Sighash, createP2pkh, createP2wpkh, SighashCache } from '@ply/script'
import { decodeMessage, encodeMessage, type Message } from '@ply/wire'
import { expect } from 'vitest'
import { decodeState, encodeState } from '../codec/v1.ts'
import type { Effect, Notification, PublishEffect, Settlement, Step } from '../effect.ts'
import type { ChannelEnv, ChannelPolicy, Feerates } from '../env.ts'
import type { ChannelEvent } from '../event.ts'
import { createSeedSigner } from '../keys/seedSigner.ts'
import { createAnchorWitness } from '../onchain/anchorSpend.ts'
import { DEFAULT_POLICY } from '../policy.ts'
import { type Channel, channelOf, type ChannelState, type HtlcRecord, restoredState } from '../state.ts'
import { transition } from '../transition.ts'
import { witnessSignature } from '../transactions/signature.ts'
import type { TestChain } from './chain.ts'

export const CHAIN_HASH = new Uint8Array(32).fill(0xc4) as ChannelEnv['chainHash']

/** A node with one channel: runs effects as a shell would, with a store, a wallet and an outbox. */
export class TestNode {
  state: ChannelState
  /** What a restart would find. */
  stored: Uint8Array | undefined
  readonly history: HtlcRecord[] = []
  readonly settlements: Settlement[] = []
  readonly notifications: Notification[] = []
  outbox: Uint8Array[] = []
  /** Latest wish to publish, by first spent outpoint and kind. */
  readonly published = new Map<string, PublishEffect>()
  feerates: Feerates = { commitment: 1000, mutualClose: 1000, claim: 1000 }
  policy: ChannelPolicy = { ...DEFAULT_POLICY, irrevocableDepth: 12 }
  readonly chain: TestChain
  readonly signer
  readonly walletSecret: Uint8Array
  readonly walletScript: Uint8Array
  /** Everything that came out of thin air. */
  minted = 0n
  readonly #watched = new Set<string>()

  constructor(chain: TestChain, seed: number, state: ChannelState) {
    this.chain = chain
    this.state = state
    this.signer = createSeedSigner(new Uint8Array(32).fill(seed))
    this.walletSecret = new Uint8Array(32).fill(seed + 100)
    this.walletScript = createP2wpkh(hash160(publicKeyFromSecret(this.walletSecret)!))
  }

  get env(): ChannelEnv {
    return {
      height: blockHeight(this.chain.height),
      chainHash: CHAIN_HASH,
      feerates: this.feerates,
      policy: this.policy,
      signer: this.signer,
      walletScript: this.walletScript,
      anySegwitShutdown: true,
    }
  }

  get channel(): Channel {
    const channel = channelOf(this.state)
    assert(channel !== undefined, `no channel in state ${this.state.kind}`)
    return channel
  }

  handle(event: ChannelEvent): void {
    this.take(transition(this.state, event, this.env))
  }

  take({ state, effects }: Step<ChannelState>): void {
    this.state = state
    const again: ChannelEvent[] = []
    effects.forEach((effect, i) => {
      if (effect.type === 'persist') expect(i).toBe(0)
      this.#run(effect, again)
    })
    for (const event of again) this.handle(event)
  }

  #run(effect: Effect, again: ChannelEvent[]): void {
    switch (effect.type) {
      case 'persist':
        this.stored = encodeState(effect.state)
        // Comparing bytes is far cheaper than comparing values deeply; violations.test.ts does the latter.
        assert(equalBytes(encodeState(unwrap(decodeState(this.stored))), this.stored), 'the stored form changed')
        this.history.push(...effect.htlcs)
        return
      case 'forget':
        this.stored = undefined
        return
      case 'send':
        this.outbox.push(encodeMessage(effect.message))
        return
      case 'publish': {
        const { prevout } = effect.transaction.inputs[0]!
        this.published.set(`${effect.kind} ${outPointKey(prevout)}`, effect)
        return
      }
      case 'watch':
        for (const outpoint of effect.outpoints) this.#watched.add(outPointKey(outpoint))
        for (const txid of effect.txids) this.#watched.add(bytesToHex(txid))
        return
      case 'load-htlc-history':
        again.push({ type: 'htlc-history', records: this.history })
        return
      case 'settle':
        this.settlements.push(effect.settlement)
        return
      case 'notify':
        this.notifications.push(effect.notification)
        return
    }
  }

  /** Comes back with nothing but what was stored. */
  restart(): void {
    this.outbox = []
    if (!this.stored) {
      this.handle({ type: 'disconnected' })
      return
    }
    this.state = restoredState(unwrap(decodeState(this.stored)))
    this.handle({ type: 'restored' })
  }

  receive(bytes: Uint8Array): void {
    this.handle({ type: 'message', message: unwrap(decodeMessage(bytes)) })
  }

  drain(): Message[] {
    const messages = this.outbox.map((bytes) => unwrap(decodeMessage(bytes)))
    this.outbox = []
    return messages
  }

  notified<K extends Notification['kind']>(kind: K): Extract<Notification, { readonly kind: K }>[] {
    return this.notifications.filter((each): each is Extract<Notification, { readonly kind: K }> => each.kind === kind)
  }

  settled<K extends Settlement['kind']>(kind: K): Extract<Settlement, { readonly kind: K }>[] {
    return this.settlements.filter((each): each is Extract<Settlement, { readonly kind: K }> => each.kind === kind)
  }

  /** What the node would have in its mempool now: published, complete and valid in the next block. */
  ready(): Transaction[] {
    return [...this.published.values()]
      .filter(({ transaction }) => this.chain.check(transaction) === undefined)
      .map((effect) => this.complete(effect))
  }

  /** The published transaction with the fee inputs that it asks for. */
  complete(effect: PublishEffect): Transaction {
    if (effect.bump.type !== 'attach') return effect.transaction
    return this.#attach(effect.transaction, effect.prevouts)
  }

  /** A child of the commitment that spends our anchor and a coin of the wallet. */
  anchorChild(effect: PublishEffect): Transaction {
    assert(effect.bump.type === 'anchor', 'no anchor to bump')
    const { anchor } = effect.bump
    const child: Transaction = {
      version: 2,
      inputs: [{ prevout: anchor.outpoint, scriptSig: new Uint8Array(0), sequence: 0xfffffffd, witness: [] }],
      outputs: [],
      lockTime: 0,
    }
    const signed = this.#attach(child, [anchor.output])
    const witness = createAnchorWitness(anchor, { transaction: signed, inputIndex: 0 }, this.signer)
    return { ...signed, inputs: signed.inputs.map((input, i) => (i === 0 ? { ...input, witness } : input)) }
  }

  /** A coin of the wallet, out of thin air. */
  mint(value: bigint): { outpoint: OutPoint; output: TxOutput } {
    const output = { value: sats(value), scriptPubKey: this.walletScript }
    const coinbase: Transaction = {
      version: 2,
      inputs: [],
      outputs: [output],
      lockTime: this.chain.txids.size + 1,
    }
    this.chain.fund(coinbase)
    this.minted += value
    return { outpoint: { txid: computeTxid(coinbase), index: 0 }, output }
  }

  #attach(transaction: Transaction, prevouts: readonly TxOutput[]): Transaction {
    const coin = this.mint(10_000n)
    return this.signOwn(this.#withCoin(transaction, coin.outpoint), [...prevouts, coin.output])
  }

  #withCoin(transaction: Transaction, outpoint: OutPoint): Transaction {
    return {
      ...transaction,
      inputs: [
        ...transaction.inputs,
        { prevout: outpoint, scriptSig: new Uint8Array(0), sequence: 0xfffffffd, witness: [] },
      ],
      outputs: [...transaction.outputs, { value: sats(9_000), scriptPubKey: this.walletScript }],
    }
  }

  /** Signs the last input, a coin of the wallet. */
  signOwn(unsigned: Transaction, spent: readonly TxOutput[]): Transaction {
    const inputIndex = unsigned.inputs.length - 1
    const publicKey = publicKeyFromSecret(this.walletSecret)!
    const hash = computeSegwitV0Sighash(new SighashCache(unsigned, spent), {
      inputIndex,
      scriptCode: createP2pkh(hash160(publicKey)),
      hashType: 1,
    })
    const witness = [witnessSignature(ecdsaSign(hash, this.walletSecret)!), publicKey]
    return {
      ...unsigned,
      inputs: unsigned.inputs.map((input, i) => (i === inputIndex ? { ...input, witness } : input)),
    }
  }
}

export const preimageOf = (n: number): Uint8Array => sha256(Uint8Array.of(n & 0xff, (n >> 8) & 0xff, 1))
export const hashOf = (n: number): Uint8Array => sha256(preimageOf(n))
