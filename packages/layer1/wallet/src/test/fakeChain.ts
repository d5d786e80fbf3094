import { equalBytes, unwrap } from '@ply/bytes'
import {
  type Block,
  blockMerkleRoot,
  type BlockHash,
  COINBASE_INDEX,
  computeBlockHash,
  computeTxid,
  REGTEST,
  sats,
  SEQUENCE_FINAL,
  type Transaction,
  type TxOutput,
  ZERO_HASH,
} from '@ply/primitives'
import { createScript } from '@ply/script'
import { SCRIPT_TYPES } from '../keys/scriptType.ts'
import { SecretKeys } from '../keys/secretKeys.ts'
import { WalletState } from '../state/walletState.ts'

export const MNEMONIC = 'test test test test test test test test test test test junk'
export const keys = unwrap(SecretKeys.fromMnemonic(MNEMONIC, { network: REGTEST, types: SCRIPT_TYPES }))
const EMPTY = WalletState.create(keys.accounts, REGTEST)
/** An empty wallet, whose first scripts were derived once for all. */
export const createState = (): WalletState => new WalletState(EMPTY.contents())

export const FOREIGN_SCRIPT = createScript([0x00, new Uint8Array(20).fill(7)])

/** A transaction that spends outputs of earlier ones, without signatures. */
export function spend(from: readonly (readonly [Transaction, number])[], outputs: readonly TxOutput[]): Transaction {
  return {
    version: 2,
    inputs: from.map(([tx, index]) => ({
      prevout: { txid: computeTxid(tx), index },
      scriptSig: new Uint8Array(0),
      sequence: SEQUENCE_FINAL,
      witness: [],
    })),
    outputs,
    lockTime: 0,
  }
}

export const output = (value: bigint | number, scriptPubKey: Uint8Array): TxOutput => ({
  value: sats(value),
  scriptPubKey,
})

/** Blocks without proof of work: a wallet takes its node's word for that. */
export class FakeChain {
  readonly blocks: Block[] = []
  #nonce = 0

  coinbase(outputs: readonly TxOutput[]): Transaction {
    return {
      version: 2,
      inputs: [
        {
          prevout: { txid: ZERO_HASH as Transaction['inputs'][number]['prevout']['txid'], index: COINBASE_INDEX },
          scriptSig: createScript([BigInt(this.blocks.length), BigInt(++this.#nonce)]),
          sequence: SEQUENCE_FINAL,
          witness: [],
        },
      ],
      outputs,
      lockTime: 0,
    }
  }

  /** Puts a block with these transactions behind a coinbase on top. */
  mine(
    transactions: readonly Transaction[] = [],
    coinbaseOutputs: readonly TxOutput[] = [output(50, FOREIGN_SCRIPT)],
  ): Block {
    const previous = this.blocks.at(-1)
    const all = [this.coinbase(coinbaseOutputs), ...transactions]
    const header = {
      version: 4,
      previousBlockHash: previous ? computeBlockHash(previous.header) : (ZERO_HASH as BlockHash),
      merkleRoot: ZERO_HASH,
      time: 1_700_000_000 + this.blocks.length,
      bits: 0x207fffff,
      nonce: this.#nonce,
    }
    const block = { header, transactions: all }
    const mined = { ...block, header: { ...header, merkleRoot: blockMerkleRoot(block).root } }
    this.blocks.push(mined)
    return mined
  }

  undo(): Block {
    return this.blocks.pop()!
  }

  /** Brings a wallet to this chain's tip, over a reorg if need be. */
  sync(state: WalletState): void {
    for (let tip = state.tip; tip; tip = state.tip) {
      const block = this.blocks[tip.height]
      if (block && equalBytes(computeBlockHash(block.header), tip.hash)) break
      unwrap(state.undoBlock())
    }
    while (state.height < this.blocks.length - 1) {
      const height = state.height + 1
      unwrap(state.applyBlock(height, this.blocks[height]!))
    }
  }
}
