import { concatBytes, unwrap } from '@ply/bytes'
import { type Coin, type CoinsView, computeScriptFlags, LinkedHeader } from '@ply/consensus'
import { hash256, sha256 } from '@ply/crypto'
import {
  type Block,
  type BlockHash,
  computeBlockHash,
  computeTxid,
  isCoinbase,
  type OutPoint,
  outPointKey,
  REGTEST,
  sats,
  type Transaction,
  type Txid,
  type TxOutput,
  witnessProgramScript,
} from '@ply/primitives'
import type { AcceptContext, AcceptResult, Mempool } from '../index.ts'

/** A script that anyone may spend, behind P2WSH: standard, and no signature to make. */
export const OP_TRUE = Uint8Array.of(0x51)
export const wsh = (script: Uint8Array): Uint8Array => witnessProgramScript({ version: 0, program: sha256(script) })
export const ANYONE = wsh(OP_TRUE)

const number32 = (n: number): Uint8Array => Uint8Array.of(n & 255, (n >> 8) & 255, (n >> 16) & 255, n >>> 24)

/** A chain of headers without work and a set of coins: what acceptance looks at. */
export class TestChain implements CoinsView {
  readonly coins = new Map<string, Coin>()
  tip: LinkedHeader
  now = 1_700_000_000
  #minted = 0

  constructor(height = 120) {
    this.tip = new LinkedHeader({ ...REGTEST.genesis.header, time: this.now - 600 * (height + 1) }, undefined)
    for (let i = 0; i < height; i++) this.extend()
  }

  extend(merkleRoot: Uint8Array = new Uint8Array(32)): LinkedHeader {
    const header = {
      version: 4,
      previousBlockHash: this.tip.hash,
      merkleRoot,
      time: this.tip.time + 600,
      bits: 0x207fffff,
      nonce: 0,
    }
    this.tip = new LinkedHeader(header, this.tip)
    return this.tip
  }

  get(outpoint: OutPoint): Coin | undefined {
    return this.coins.get(outPointKey(outpoint))
  }

  get context(): AcceptContext {
    const blockFlags = computeScriptFlags(computeBlockHash(REGTEST.genesis.header), this.tip.height + 1, REGTEST)
    return { coins: this, tip: this.tip, blockFlags, now: this.now }
  }

  /** A new confirmed coin. */
  mint(
    value: number | bigint = 100_000,
    fields: Partial<{ script: Uint8Array; height: number; coinbase: boolean }> = {},
  ) {
    const outpoint: OutPoint = { txid: hash256(number32(++this.#minted)) as Txid, index: 0 }
    const output: TxOutput = { value: sats(value), scriptPubKey: fields.script ?? ANYONE }
    this.coins.set(outPointKey(outpoint), {
      output,
      height: fields.height ?? 1,
      isCoinbase: fields.coinbase ?? false,
    })
    return outpoint
  }

  /** Connects a block of these transactions to coins, headers and pool. */
  connect(pool: Mempool, transactions: readonly Transaction[]): Block {
    const height = this.tip.height + 1
    const block = createBlock(this.tip.hash, transactions, height)
    for (const tx of block.transactions) {
      if (!isCoinbase(tx)) for (const input of tx.inputs) this.coins.delete(outPointKey(input.prevout))
      const txid = computeTxid(tx)
      for (const [index, output] of tx.outputs.entries()) {
        this.coins.set(outPointKey({ txid, index }), { output, height, isCoinbase: isCoinbase(tx) })
      }
    }
    this.extend(block.header.merkleRoot)
    pool.blockConnected(block, this.now)
    return block
  }
}

function createBlock(previousBlockHash: BlockHash, transactions: readonly Transaction[], height: number): Block {
  const coinbase: Transaction = {
    version: 2,
    inputs: [
      {
        prevout: { txid: new Uint8Array(32) as Txid, index: 0xffffffff },
        scriptSig: number32(height),
        sequence: 0xffffffff,
        witness: [],
      },
    ],
    outputs: [{ value: sats(5_000_000_000), scriptPubKey: ANYONE }],
    lockTime: 0,
  }
  return {
    header: {
      version: 4,
      previousBlockHash,
      merkleRoot: hash256(concatBytes(...transactions.map(computeTxid), number32(height))),
      time: 0,
      bits: 0x207fffff,
      nonce: 0,
    },
    transactions: [coinbase, ...transactions],
  }
}

export interface SpendFields {
  readonly outputs?: readonly (number | bigint | { readonly value: number | bigint; readonly script: Uint8Array })[]
  readonly version?: number
  readonly lockTime?: number
  readonly sequence?: number
  readonly scriptSig?: Uint8Array
  readonly witness?: readonly Uint8Array[]
}

/** Spends outputs to `outputs` (a number pays {@link ANYONE}). */
export function spend(prevouts: readonly OutPoint[], fields: SpendFields = {}): Transaction {
  return {
    version: fields.version ?? 2,
    inputs: prevouts.map((prevout) => ({
      prevout,
      scriptSig: fields.scriptSig ?? new Uint8Array(0),
      sequence: fields.sequence ?? 0xfffffffd,
      witness: fields.witness ?? [OP_TRUE],
    })),
    outputs: (fields.outputs ?? [99_000]).map((output) =>
      typeof output === 'object'
        ? { value: sats(output.value), scriptPubKey: output.script }
        : { value: sats(output), scriptPubKey: ANYONE },
    ),
    lockTime: fields.lockTime ?? 0,
  }
}

export const outputOf = (tx: Transaction, index = 0): OutPoint => ({ txid: computeTxid(tx), index })

/** `ok`, or the reject reason. */
export const reasonOf = (result: AcceptResult | undefined): string =>
  result === undefined ? 'not checked' : result.ok ? 'ok' : result.error.reason

export const mustAccept = (pool: Mempool, chain: TestChain, tx: Transaction) => unwrap(pool.accept(tx, chain.context))
