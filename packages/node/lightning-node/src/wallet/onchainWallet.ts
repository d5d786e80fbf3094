import { assert, bytesToHex, err, ok, type Result, unwrap, utf8ToBytes } from '@ply/bytes'
import { hmacSha512 } from '@ply/crypto'
import type { Entropy, Store, StoreOp } from '@ply/ports'
import {
  type Block,
  type BlockHash,
  computeBlockHash,
  computeTxid,
  type NetworkParameters,
  type OutPoint,
  outPointKey,
  sats,
  type Transaction,
  type TxOutput,
} from '@ply/primitives'
import {
  type Coin,
  createTransaction,
  describeFundingError,
  type FundedTransaction,
  type FundingBase,
  fundTransaction,
  KEPT_BLOCK_HASHES,
  loadWalletState,
  saveWalletState,
  type ScriptType,
  SecretKeys,
  signTransaction,
  WalletState,
} from '@ply/wallet'
import type { ChainTip } from '../chainBackend.ts'
import { heightSuffix, prefixRange, shellKey } from '../engine/storeKeys.ts'
import { feeRateOfKw } from './feerate.ts'

const STATE_KEY = shellKey('wallet')
const BLOCKS = 'block'

export interface OnchainWalletOptions {
  readonly store: Store
  readonly network: NetworkParameters
  readonly entropy: Entropy
  /** The node's 32-byte seed. */
  readonly seed: Uint8Array
  /** Height of the first block that a new wallet will see. */
  readonly birthHeight: number
  /** Seconds since the Unix epoch. */
  now(): number
}

/** Fully signed, and the coins that it took. */
export interface SignedTransaction {
  readonly transaction: Transaction
  readonly coins: readonly Coin[]
  readonly feeSatoshis: bigint
}

/**
 * The node's coins on chain: what channels are funded with and fees are bumped from. Changes are collected and written
 * with the engine's next batch. Block hashes are kept apart from the rest, so that a block costs one small entry.
 */
export class OnchainWallet {
  readonly #state: WalletState
  readonly #keys: SecretKeys
  readonly #options: OnchainWalletOptions
  #dirty = false
  /** Asked for with every event, so kept until something changes. */
  #script: Uint8Array | undefined

  private constructor(state: WalletState, keys: SecretKeys, options: OnchainWalletOptions) {
    this.#state = state
    this.#keys = keys
    this.#options = options
  }

  static async open(options: OnchainWalletOptions): Promise<OnchainWallet> {
    const { store, network, seed, birthHeight } = options
    const keys = SecretKeys.fromSeed(hmacSha512(seed, utf8ToBytes('ply lightning on-chain wallet')), { network })
    const blocks: string[] = []
    let height = birthHeight - 1
    for await (const [key, hash] of store.iterate(prefixRange(shellKey(BLOCKS)))) {
      height = new DataView(key.buffer, key.byteOffset + key.length - 4).getUint32(0, false)
      blocks.push(bytesToHex(hash))
    }
    const saved = await store.get(STATE_KEY)
    if (!saved) return new OnchainWallet(WalletState.create(keys.accounts, network, birthHeight), keys, options)
    const fields = JSON.parse(new TextDecoder().decode(saved)) as Record<string, unknown>
    // Locks are about transactions in the making: none outlives the process.
    const state = unwrap(loadWalletState({ ...fields, height, recentBlocks: blocks, locked: [] }))
    return new OnchainWallet(state, keys, options)
  }

  get tip(): ChainTip | undefined {
    return this.#state.tip
  }

  /** What happened since the last call, to be stored. */
  takeOps(): StoreOp[] {
    if (!this.#dirty) return []
    this.#dirty = false
    const fields = { ...(saveWalletState(this.#state) as Record<string, unknown>), height: -1, recentBlocks: [] }
    return [{ type: 'put', key: STATE_KEY, value: utf8ToBytes(JSON.stringify(fields)) }]
  }

  connectBlock(height: number, block: Block): StoreOp[] {
    const before = this.#state.contents().records.length
    unwrap(this.#state.applyBlock(height, block))
    const confirmed = this.#state.contents().records.some((record) => record.confirmation?.height === height)
    if (confirmed || this.#state.contents().records.length !== before || height % 100 === 0) this.#changed()
    if (this.#state.tip && height === this.#options.birthHeight) this.#changed()
    const hash = computeBlockHash(block.header)
    return [
      { type: 'put', key: shellKey(BLOCKS, heightSuffix(height)), value: hash },
      ...(height >= KEPT_BLOCK_HASHES
        ? [{ type: 'del', key: shellKey(BLOCKS, heightSuffix(height - KEPT_BLOCK_HASHES)) } as const]
        : []),
    ]
  }

  /** Takes the tip back; the new tip's hash is in `tip` then. */
  disconnectBlock(): StoreOp[] {
    const { height } = this.#state
    unwrap(this.#state.undoBlock())
    this.#changed()
    return [{ type: 'del', key: shellKey(BLOCKS, heightSuffix(height)) }]
  }

  blockHashAt(height: number): BlockHash | undefined {
    return this.#state.blockHashAt(height)
  }

  balance(): ReturnType<WalletState['balance']> {
    return this.#state.balance()
  }

  coins(): Coin[] {
    return this.#state.coins()
  }

  /** An address that was never handed out. */
  newAddress(type: ScriptType): string {
    this.#changed()
    return this.#state.nextAddress(type, { fresh: true }).address
  }

  /** Where closes and sweeps pay to: an address that nobody was given. */
  get script(): Uint8Array {
    this.#script ??= this.#state.changeAddress('p2wpkh').scriptPubKey
    return this.#script
  }

  #changed(): void {
    this.#dirty = true
    this.#script = undefined
  }

  /** A transaction of ours was given to the mempool. */
  noteBroadcast(transaction: Transaction): void {
    if (this.#state.applyUnconfirmed(transaction, this.#options.now())) this.#changed()
  }

  /** A transaction of ours will not confirm: its coins are free again. */
  noteDropped(transaction: Transaction): void {
    this.#state.dropUnconfirmed(computeTxid(transaction))
    this.#changed()
  }

  /** Transactions of ours that wait for a block. */
  unconfirmed(): Transaction[] {
    return this.#state.unconfirmed()
  }

  /** True if one of {@link unconfirmed} spends this output. */
  spends(outpoint: OutPoint): boolean {
    const key = outPointKey(outpoint)
    return this.unconfirmed().some(({ inputs }) => inputs.some(({ prevout }) => outPointKey(prevout) === key))
  }

  setLocked(coins: readonly Coin[], locked: boolean): void {
    for (const { outpoint } of coins) this.#state.setLocked(outpoint, locked)
  }

  /** Pays outputs, or everything to one script. */
  pay(
    target: { readonly outputs: readonly TxOutput[] } | { readonly all: Uint8Array },
    feeratePerKw: number,
  ): Result<SignedTransaction, string> {
    const { entropy } = this.#options
    return this.#sign(createTransaction(this.#state, { ...target, feeRate: feeRateOfKw(feeratePerKw), entropy }))
  }

  /** A transaction that pays exactly this output, for a channel; see `pay`. */
  fundOutput(output: TxOutput, feeratePerKw: number): Result<SignedTransaction, string> {
    return this.pay({ outputs: [{ ...output, value: sats(output.value) }] }, feeratePerKw)
  }

  /**
   * Adds coins (and change) to a transaction whose inputs are somebody else's, and signs only what it added.
   * `otherOutputs` are what those inputs spend.
   */
  addCoins(
    base: FundingBase,
    { feeratePerKw, otherOutputs }: { readonly feeratePerKw: number; readonly otherOutputs: readonly TxOutput[] },
  ): Result<SignedTransaction, string> {
    const { entropy } = this.#options
    const funded = fundTransaction(this.#state, base, { feeRate: feeRateOfKw(feeratePerKw), entropy })
    return this.#sign(funded, new Map(otherOutputs.entries()))
  }

  #sign(
    funded: ReturnType<typeof fundTransaction>,
    otherOutputs: ReadonlyMap<number, TxOutput> = new Map(),
  ): Result<SignedTransaction, string> {
    if (!funded.ok) return err(describeFundingError(funded.error))
    const { tx, ownInputs, fee }: FundedTransaction = funded.value
    assert(
      ownInputs.every(({ index }) => index < tx.inputs.length),
      'own input outside the transaction',
    )
    this.#changed()
    const context = { ownInputs, otherOutputs, keys: this.#keys, entropy: this.#options.entropy }
    const coins = ownInputs.map(({ coin }) => coin)
    return ok({ transaction: signTransaction(tx, context), coins, feeSatoshis: fee })
  }
}
